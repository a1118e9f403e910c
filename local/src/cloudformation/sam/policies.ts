import { ExpectedError } from '../../expected-error';
import { isObject } from '../template';

interface PolicyTemplate {
  readonly parameter: string;
  readonly actions: readonly string[];
  /** `{}` stands for the parameter. */
  readonly resources: readonly string[];
}

const arnOf = (service: string, resource: string) => `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
const table = (...actions: string[]): PolicyTemplate => ({
  parameter: 'TableName', actions: actions.map(action => `dynamodb:${action}`), resources: [arnOf('dynamodb', 'table/{}'), arnOf('dynamodb', 'table/{}/index/*')],
});
const queue = (...actions: string[]): PolicyTemplate => ({
  parameter: 'QueueName', actions: actions.map(action => `sqs:${action}`), resources: [arnOf('sqs', '{}')],
});

/** @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html */
const TEMPLATES: Readonly<Record<string, PolicyTemplate>> = {
  DynamoDBCrudPolicy: table(
    'GetItem', 'DeleteItem', 'PutItem', 'Scan', 'Query', 'UpdateItem', 'BatchWriteItem', 'BatchGetItem', 'DescribeTable', 'ConditionCheckItem',
  ),
  DynamoDBReadPolicy: table('GetItem', 'Scan', 'Query', 'BatchGetItem', 'DescribeTable'),
  DynamoDBWritePolicy: table('PutItem', 'UpdateItem', 'BatchWriteItem'),
  LambdaInvokePolicy: { parameter: 'FunctionName', actions: ['lambda:InvokeFunction'], resources: [arnOf('lambda', 'function:{}*')] },
  SQSPollerPolicy: queue('ChangeMessageVisibility', 'ChangeMessageVisibilityBatch', 'DeleteMessage', 'DeleteMessageBatch', 'GetQueueAttributes', 'ReceiveMessage'),
  SQSSendMessagePolicy: queue('SendMessage*'),
};

/** The policies of a role. */
export interface RolePolicies {
  readonly managed: readonly unknown[];
  readonly documents: readonly unknown[];
}

/** Reads the property Policies: names or ARNs of managed policies, policy documents, and policy templates. */
export function readPolicies(logicalId: string, policies: unknown): RolePolicies {
  const all: readonly unknown[] = policies === undefined ? [] : [policies].flat();
  const documents = all.filter(isObject).filter(policy => 'Statement' in policy || templateName(policy) !== undefined);
  return {
    managed: all.filter(policy => !documents.includes(policy as Record<string, unknown>)).map(managedArn),
    documents: documents.map(policy => 'Statement' in policy ? policy : documentOf(logicalId, policy)),
  };
}

/** Intrinsic functions return the ARN of a managed policy. */
function templateName(policy: Record<string, unknown>): string | undefined {
  const [name = ''] = Object.keys(policy);
  return name === 'Ref' || name.startsWith('Fn::') ? undefined : name;
}

function managedArn(policy: unknown): unknown {
  if (typeof policy !== 'string' || policy.startsWith('arn:')) return policy;
  return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${policy}` };
}

function documentOf(logicalId: string, policy: Record<string, unknown>): object {
  const name = templateName(policy)!;
  if (!Object.hasOwn(TEMPLATES, name)) {
    throw new ExpectedError(`Policies of ${logicalId} must be managed policies, policy documents, or policy templates of ${Object.keys(TEMPLATES).join(', ')}, got ${name || 'an empty one'}: write its statements.`);
  }
  const { actions, parameter, resources } = TEMPLATES[name];
  const value = (policy[name] as Record<string, unknown> | null)?.[parameter];
  if (value === undefined) throw new ExpectedError(`${name} of ${logicalId} must have the ${parameter}.`);
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: resources.map(resource => ({ 'Fn::Sub': [resource.replace('{}', '${value}'), { value }] })) }],
  };
}
