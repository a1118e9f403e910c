import { resourceName } from '../../arn';
import { ExpectedError } from '../../expected-error';
import { capitalId, generatedName } from '../generated-names';
import { ANY, STRING, STRINGS } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { PolicyDocument } from '../services';
import { isObject } from '../template';
import { open, warn, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

/** Properties that have an effect, or a warning of their own. */
const SCHEMAS = {
  managedPolicy: open({ ManagedPolicyName: STRING, Path: STRING, PolicyDocument: ANY, Roles: STRINGS }),
  policy: open({ PolicyDocument: ANY, PolicyName: STRING, Roles: STRINGS }),
  role: open({
    AssumeRolePolicyDocument: ANY,
    ManagedPolicyArns: STRINGS,
    MaxSessionDuration: ANY,
    Path: STRING,
    PermissionsBoundary: STRING,
    Policies: { type: 'array', items: { type: 'object', required: ['PolicyName', 'PolicyDocument'], properties: { PolicyName: STRING, PolicyDocument: ANY } } },
    RoleName: STRING,
  }),
  rolePolicy: open({ PolicyDocument: ANY, PolicyName: STRING, RoleName: STRING }, ['PolicyName', 'RoleName']),
};

/** AWS managed policies that functions commonly have. A short list is enough, because no local service checks permissions for logs. */
const AWS_MANAGED: Record<string, PolicyDocument['Statement']> = {
  'AdministratorAccess': [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  'service-role/AWSLambdaBasicExecutionRole': [
    { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  ],
  'service-role/AWSLambdaSQSQueueExecutionRole': [{
    Effect: 'Allow',
    Action: [
      'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents',
    ],
    Resource: '*',
  }],
  'service-role/AWSLambdaRole': [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
};

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const INLINE_CHARACTERS = 10_240;

/** A role and its policies, inline ones by key, managed ones by ARN. */
interface Role {
  readonly arn: string;
  readonly inline: Map<string, PolicyDocument>;
  readonly managed: Set<string>;
}

export function iamTypes({ liveLog, environment: { account }, iam, roleId }: TypeOptions): Record<string, ResourceType> {
  const roles = new Map<string, Role>();
  const managedPolicies = new Map<string, PolicyDocument>();

  const publish = ({ arn, inline, managed }: Role) => {
    const attached = [...managed].flatMap((policyArn): [string, PolicyDocument][] => {
      const document = managedPolicies.get(policyArn) ?? awsManaged(policyArn);
      return document ? [[policyArn, document]] : [];
    });
    iam.putRole(arn, Object.fromEntries([...inline, ...attached]));
  };
  const publishHolders = (policyArn: string) => [...roles.values()].filter(({ managed }) => managed.has(policyArn)).forEach(publish);

  const role = (request: ResourceRequest): ResourceState => {
    const { properties } = request;
    warnAboutIgnoredProperties(liveLog, request, SCHEMAS.role);
    const name: string = properties.RoleName ?? generatedName(request.stackName, request.logicalId, request.seed, 64);
    const arn = `arn:aws:iam::${account}:role${properties.Path ?? '/'}${name}`;
    const existing = roles.get(name);
    const attachedByOthers = [...existing?.inline ?? []].filter(([key]) => !key.startsWith('inline/'));
    const inline = (properties.Policies ?? []).map((policy: Properties): [string, PolicyDocument] => [`inline/${policy.PolicyName}`, checkedDocument(policy.PolicyDocument)]);
    const listed: string[] = properties.ManagedPolicyArns ?? [];
    for (const policyArn of listed.filter(listedArn => !managedPolicies.has(listedArn) && !awsManaged(listedArn))) {
      warn(liveLog, request, `has the managed policy ${policyArn}, whose statements are unknown: it allows nothing`, { notice: 'unknown-managed-policy', policyArn });
    }
    if (properties.PermissionsBoundary) warn(liveLog, request, 'has a permissions boundary, which is ignored', { notice: 'ignored', properties: ['PermissionsBoundary'] });
    const updated: Role = { arn, inline: new Map([...attachedByOthers, ...inline]), managed: new Set([...listed, ...attachments(name)]) };
    checkSize(arn, updated.inline);
    roles.set(name, updated);
    publish(updated);
    return { physicalId: name, attributes: { Arn: arn, RoleId: roleId(arn) } };
  };

  /** Role names that managed policies list, by the ARN of the policy. */
  const attachedTo = new Map<string, readonly string[]>();
  const attachments = (roleName: string) => [...attachedTo].filter(([, names]) => names.includes(roleName)).map(([policyArn]) => policyArn);

  const withRoles = (request: ResourceRequest, names: readonly string[], change: (role: Role) => void) => {
    for (const name of names) {
      const found = roles.get(name);
      if (!found) {
        warn(liveLog, request, `names the role ${name}, which is not part of this deployment`, { notice: 'unknown-role', role: name });
        continue;
      }
      change(found);
      publish(found);
    }
  };

  const policyKey = (physicalId: string) => `policy/${physicalId}`;
  const setInline = ({ arn, inline }: Role, physicalId: string, document: PolicyDocument) => {
    checkSize(arn, new Map(inline).set(policyKey(physicalId), document));
    inline.set(policyKey(physicalId), document);
  };
  const detachPolicy = (physicalId: string) => {
    for (const it of roles.values()) {
      if (it.inline.delete(policyKey(physicalId))) publish(it);
    }
  };
  const attachPolicy = (request: ResourceRequest, physicalId: string): ResourceState => {
    warnAboutIgnoredProperties(liveLog, request, SCHEMAS.policy);
    const document = checkedDocument(request.properties.PolicyDocument);
    detachPolicy(physicalId);
    withRoles(request, request.properties.Roles ?? [], it => setInline(it, physicalId, document));
    return { physicalId, attributes: { Id: physicalId } };
  };

  const putRolePolicy = (request: ResourceRequest): ResourceState => {
    const { PolicyDocument, PolicyName, RoleName } = request.properties;
    warnAboutIgnoredProperties(liveLog, request, SCHEMAS.rolePolicy);
    const physicalId = `${PolicyName}|${RoleName}`;
    const document = checkedDocument(PolicyDocument);
    withRoles(request, [RoleName], it => setInline(it, physicalId, document));
    return { physicalId, attributes: {} };
  };

  const putManaged = (request: ResourceRequest): ResourceState => {
    const { properties } = request;
    warnAboutIgnoredProperties(liveLog, request, SCHEMAS.managedPolicy);
    const name = properties.ManagedPolicyName ?? generatedName(request.stackName, request.logicalId, request.seed, 128);
    const arn = `arn:aws:iam::${account}:policy${properties.Path ?? '/'}${name}`;
    const names: string[] = properties.Roles ?? [];
    managedPolicies.set(arn, checkedDocument(properties.PolicyDocument));
    for (const previous of attachedTo.get(arn) ?? []) roles.get(previous)?.managed.delete(arn);
    for (const previous of attachedTo.get(arn) ?? []) publishIfExists(previous);
    attachedTo.set(arn, names);
    withRoles(request, names, it => it.managed.add(arn));
    publishHolders(arn);
    return { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: `ANPA${capitalId(request.seed, 17)}` } };
  };
  const publishIfExists = (name: string) => {
    const found = roles.get(name);
    if (found) publish(found);
  };

  return {
    'AWS::IAM::ManagedPolicy': {
      schema: SCHEMAS.managedPolicy,
      immutable: ['Description', 'ManagedPolicyName', 'Path'],
      create: async request => putManaged(request),
      update: async request => putManaged(request),
      delete: async (_request, { physicalId }) => {
        const holders = [...roles.values()].filter(({ managed }) => managed.delete(physicalId));
        managedPolicies.delete(physicalId);
        attachedTo.delete(physicalId);
        holders.forEach(publish);
      },
    },
    'AWS::IAM::Policy': {
      schema: SCHEMAS.policy,
      create: async request => attachPolicy(request, generatedName(request.stackName, request.logicalId, request.seed, 128)),
      update: async (request, { physicalId }) => attachPolicy(request, physicalId),
      delete: async (_request, { physicalId }) => detachPolicy(physicalId),
    },
    'AWS::IAM::RolePolicy': {
      schema: SCHEMAS.rolePolicy,
      immutable: ['PolicyName', 'RoleName'],
      create: async request => putRolePolicy(request),
      update: async request => putRolePolicy(request),
      delete: async (_request, { physicalId }) => detachPolicy(physicalId),
    },
    'AWS::IAM::Role': {
      schema: SCHEMAS.role,
      immutable: ['Path', 'RoleName'],
      create: async request => role(request),
      update: async request => role(request),
      delete: async (_request, { physicalId, attributes }) => {
        roles.delete(physicalId);
        iam.deleteRole(String(attributes.Arn));
      },
    },
  };
}

/** As IAM counts: all inline policies of a role together, without white space. */
function checkSize(roleArn: string, inline: ReadonlyMap<string, PolicyDocument>): void {
  const characters = [...inline.values()].reduce((sum, document) => sum + JSON.stringify(document).replace(/\s/g, '').length, 0);
  if (characters <= INLINE_CHARACTERS) return;
  throw new ExpectedError(`Maximum policy size of ${INLINE_CHARACTERS} bytes exceeded for role ${resourceName(roleArn)}: `
    + `its inline policies have ${characters} characters`);
}

/** Checks only what evaluation relies on. */
function checkedDocument(document: unknown): PolicyDocument {
  const statements = isObject(document) ? [document.Statement].flat() : [];
  const isPolicy = statements.length > 0 && statements.every(it => isObject(it) && (it.Effect === 'Allow' || it.Effect === 'Deny'));
  if (!isPolicy) throw new ExpectedError('PolicyDocument must have statements, each with Effect Allow or Deny.');
  return document as PolicyDocument;
}

function awsManaged(arn: string): PolicyDocument | undefined {
  const name = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const statements = name && AWS_MANAGED[name];
  return statements ? { Version: '2012-10-17', Statement: statements } : undefined;
}
