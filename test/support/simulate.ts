import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ENV, resourcesOf } from './synth';

/** The documented actions of each grant on a room. */
export const ROOM_VERBS = {
  createChatToken: ['ivschat:CreateChatToken'],
  deleteMessage: ['ivschat:DeleteMessage'],
  deleteRoom: ['ivschat:DeleteRoom'],
  disconnectUser: ['ivschat:DisconnectUser'],
  getRoom: ['ivschat:GetRoom'],
  listTagsForResource: ['ivschat:ListTagsForResource'],
  manage: [
    'ivschat:DeleteRoom', 'ivschat:GetRoom', 'ivschat:ListTagsForResource', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom',
  ],
  moderate: ['ivschat:DeleteMessage', 'ivschat:DisconnectUser'],
  read: ['ivschat:GetRoom', 'ivschat:ListTagsForResource'],
  sendEvent: ['ivschat:SendEvent'],
  tagResource: ['ivschat:TagResource'],
  untagResource: ['ivschat:UntagResource'],
  updateRoom: ['ivschat:UpdateRoom'],
} as const;

/** The documented actions of each grant on a logging configuration. */
export const LOGGING_VERBS = {
  deleteLoggingConfiguration: ['ivschat:DeleteLoggingConfiguration'],
  getLoggingConfiguration: ['ivschat:GetLoggingConfiguration'],
  listTagsForResource: ['ivschat:ListTagsForResource'],
  manage: [
    'ivschat:DeleteLoggingConfiguration', 'ivschat:GetLoggingConfiguration', 'ivschat:ListTagsForResource',
    'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateLoggingConfiguration',
  ],
  read: ['ivschat:GetLoggingConfiguration', 'ivschat:ListTagsForResource'],
  tagResource: ['ivschat:TagResource'],
  untagResource: ['ivschat:UntagResource'],
  updateLoggingConfiguration: ['ivschat:UpdateLoggingConfiguration'],
} as const;

/** Converts a table to rows for `test.each`. */
export function rowsOf<T extends Record<string, readonly string[]>>(verbs: T): [keyof T & string, string[]][] {
  return Object.entries(verbs).map(([verb, actions]) => [verb, [...actions]]);
}

/** Returns the method names of a class, including its base classes. */
export function methodsOf(type: { prototype: object }): string[] {
  const names = new Set<string>();
  for (let prototype = type.prototype; prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    Object.getOwnPropertyNames(prototype).forEach(name => names.add(name));
  }
  names.delete('constructor');
  return [...names].sort();
}

/** An identity policy without references. */
export interface PolicyDocument { readonly Version: string; readonly Statement: Record<string, any>[] }

/**
 * Returns the policies of a principal in a template, as CloudFormation would resolve them in `ENV`.
 *
 * @param principal logical ID of a role or user
 * @param arns ARNs of the rooms and logging configurations in the template, by logical ID
 */
export function policiesOf(template: any, principal: string, arns: Record<string, string>): PolicyDocument[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties: { Roles = [], Users = [] } }) => [...Roles, ...Users].some(attached => attached.Ref === principal))
    .map(({ Properties: { PolicyDocument: document } }) => resolve(document, arns));
}

function resolve(value: any, arns: Record<string, string>): any {
  if (Array.isArray(value)) return value.map(inner => resolve(inner, arns));
  if (typeof value !== 'object') return value;
  const known: Record<string, string> = { 'AWS::AccountId': ENV.account, 'AWS::Partition': 'aws', 'AWS::Region': ENV.region, ...arns };
  if ('Fn::Join' in value) return resolve(value['Fn::Join'][1], arns).join(value['Fn::Join'][0]);
  if ('Ref' in value || 'Fn::GetAtt' in value) {
    // For these resources, `Ref` returns the ARN.
    const [id, attribute] = value['Fn::GetAtt'] ?? [value.Ref, 'Arn'];
    if (attribute !== 'Arn' || !(id in known)) throw new Error(`cannot resolve ${JSON.stringify(value)}`);
    return known[id];
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, arns)]));
}

/** The decision of the simulator, or an error if it cannot decide. */
export type Verdict = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied' | `error: ${string}`;

/** An API call for IAM to authorize. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Record<string, string>;
}

/**
 * Simulates a call by a principal with these policies.
 *
 * @param principalAccount by default the account of the resource, because calls from other accounts are always denied
 */
export async function simulate(policies: PolicyDocument[], { action, context = {}, resource }: Call, principalAccount?: string): Promise<Verdict> {
  const accountId = resource.split(':')[4] ?? ENV.account;
  const outcome = await runSimulation({
    request: {
      action,
      contextVariables: context,
      principal: `arn:aws:iam::${principalAccount ?? accountId}:role/grantee`,
      resource: { accountId, resource },
    },
    identityPolicies: policies.map((policy, index) => ({ name: `policy${index}`, policy })),
    resourceControlPolicies: [],
    serviceControlPolicies: [],
  }, {});
  return outcome.resultType === 'error' ? `error: ${outcome.errors.message}` : outcome.overallResult;
}
