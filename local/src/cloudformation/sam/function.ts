import { ExpectedError } from '../../expected-error';
import { isObject, type TemplateResource } from '../template';
import { refuseProperties } from './helpers';
import { mergeGlobals, type SamProperties } from './merge';
import { readPolicies } from './policies';
import type { SamRoute } from './rest-api';

/** The translation of a function. */
export interface SamFunction {
  readonly resources: Record<string, TemplateResource>;
  /** Events of REST APIs and of HTTP APIs. */
  readonly routes: readonly (SamRoute & { readonly api: 'http' | 'rest'; readonly apiRef: unknown })[];
}

interface SamEvent {
  readonly id: string;
  readonly type: string;
  readonly properties: SamProperties;
}

/** Translates `AWS::Serverless::Function`. @param globals the section of the template for functions */
export function translateFunction(id: string, resource: TemplateResource, globals: unknown): SamFunction {
  const { CodeUri = '.', Events = {}, FunctionUrlConfig, InlineCode, Policies, Role, Tags, ...rest } = mergeGlobals(globals, resource.Properties ?? {}) as SamProperties;
  if (isObject(CodeUri)) throw new ExpectedError(`CodeUri of ${id} must be a path for ivschat-local, got ${JSON.stringify(CodeUri)}.`);
  const condition = resource.Condition === undefined ? {} : { Condition: resource.Condition };
  const role = `${id}Role`;
  const resources: Record<string, TemplateResource> = {
    ...Role === undefined && { [role]: { ...roleOf(id, Policies), ...condition } },
    [id]: {
      ...resource,
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...rest,
        Code: InlineCode === undefined ? CodeUri : { ZipFile: InlineCode },
        Role: Role ?? { 'Fn::GetAtt': [role, 'Arn'] },
        ...Tags !== undefined && { Tags: Object.entries(Tags as object).map(([Key, Value]) => ({ Key, Value: Value as unknown })) },
      },
    },
    ...FunctionUrlConfig !== undefined && urlResources(id, FunctionUrlConfig, condition),
  };
  const routes: SamFunction['routes'][number][] = [];
  for (const event of eventsOf(id, Events)) {
    if (event.type === 'Api' || event.type === 'HttpApi') {
      const route = routeOf(id, event, resource.Condition);
      routes.push(route);
      resources[`${id}${event.id}Permission`] = { ...apiPermission(id, route), ...condition };
    } else {
      resources[`${id}${event.id}`] = { ...eventResource(id, event), ...condition };
    }
  }
  return { resources, routes };
}

function roleOf(id: string, policies: unknown): TemplateResource {
  const { documents, managed } = readPolicies(id, policies);
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17', Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] } }],
      },
      ManagedPolicyArns: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' }, ...managed],
      Policies: documents.map((PolicyDocument, index) => ({ PolicyName: `${id}RolePolicy${index}`, PolicyDocument })),
    },
  };
}

function urlResources(id: string, { AuthType, Cors, InvokeMode }: SamProperties, condition: object): Record<string, TemplateResource> {
  const target = { Ref: id };
  const permission = (properties: object) => ({
    Type: 'AWS::Lambda::Permission', Properties: { FunctionName: target, Principal: '*', ...properties }, ...condition,
  });
  return {
    [`${id}Url`]: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: target, AuthType, ...Cors !== undefined && { Cors }, ...InvokeMode !== undefined && { InvokeMode } }, ...condition },
    ...AuthType === 'NONE' && {
      [`${id}UrlPublicPermissions`]: permission({ Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' }),
      [`${id}URLInvokeAllowPublicAccess`]: permission({ Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true }),
    },
  };
}

function eventsOf(id: string, events: unknown): SamEvent[] {
  if (!isObject(events)) throw new ExpectedError(`Events of ${id} must be a map.`);
  return Object.entries(events).map(([eventId, event]) => {
    if (!isObject(event) || typeof event.Type !== 'string') throw new ExpectedError(`The event ${eventId} of ${id} must have a Type.`);
    return { id: eventId, type: event.Type, properties: (event.Properties ?? {}) as SamProperties };
  });
}

function routeOf(functionId: string, { id, properties, type }: SamEvent, condition: string | undefined): SamFunction['routes'][number] {
  const isHttp = type === 'HttpApi';
  const { ApiId, Auth: auth, Method: method = isHttp ? 'ANY' : undefined, Path: path = isHttp ? '$default' : undefined, RestApiId } = properties;
  if (typeof method !== 'string' || typeof path !== 'string') throw new ExpectedError(`The event ${id} of ${functionId} must have a Path and a Method.`);
  refuseProperties(functionId, properties, ['RequestModel', 'RequestParameters'], 'declare the API with its own resources');
  const { PayloadFormatVersion, TimeoutInMillis } = properties;
  return {
    api: isHttp ? 'http' : 'rest',
    apiRef: (isHttp ? ApiId : RestApiId) as unknown,
    auth: auth as SamProperties | undefined,
    condition,
    functionId,
    integration: { ...PayloadFormatVersion !== undefined && { PayloadFormatVersion }, ...TimeoutInMillis !== undefined && { TimeoutInMillis } },
    method,
    path,
  };
}

function apiPermission(functionId: string, { api, apiRef, method, path }: SamFunction['routes'][number]): TemplateResource {
  const apiId = apiRef ?? { Ref: api === 'http' ? 'ServerlessHttpApi' : 'ServerlessRestApi' };
  const methodPart = /^any$/i.test(method) ? '*' : method.toUpperCase();
  const resource = path === '$default' ? '$default' : `${methodPart}${path.replace(/\{[^}]+\}/g, '*')}`;
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: functionId },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Sub': [`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${api}/*/${resource}`, { api: apiId }] },
    },
  };
}

/** Event sources other than APIs. Queues work; the others are stand-ins, which the live log reports. */
function eventResource(functionId: string, { id, properties, type }: SamEvent): TemplateResource {
  const { Queue, Stream, Topic, ...rest } = properties;
  const target = { 'Fn::GetAtt': [functionId, 'Arn'] };
  switch (type) {
    case 'SQS': case 'DynamoDB': case 'Kinesis':
      return { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...rest, EventSourceArn: (type === 'SQS' ? Queue : Stream) as unknown, FunctionName: { Ref: functionId } } };
    case 'CloudWatchEvent': case 'EventBridgeRule': case 'Schedule': case 'ScheduleV2':
      return { Type: 'AWS::Events::Rule', Properties: { ...rest, Targets: [{ Arn: target, Id: id }] } };
    case 'SNS':
      return { Type: 'AWS::SNS::Subscription', Properties: { ...rest, TopicArn: Topic as unknown, Protocol: 'lambda', Endpoint: target } };
    default:
      throw new ExpectedError(`The event ${id} of ${functionId} has the Type ${type}, which ivschat-local does not translate: declare it with resources of CloudFormation.`);
  }
}
