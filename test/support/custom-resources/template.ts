import type { CfnElement } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { LoggingConfiguration, LoggingDestination, MessageReviewHandler, type MessageReviewHandlerProps } from '../../../src';
import { resourcesOf } from '../synth';

export const ROOM_ID = 'AbCdEfGhIjKl';
export const ROOM_ARN = `arn:aws:ivschat:us-east-1:111122223333:room/${ROOM_ID}`;
export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';
export const LOGGING_ARN = `arn:aws:ivschat:us-east-1:111122223333:logging-configuration/${ROOM_ID}`;

/** Logical IDs of the provider for the custom resources of a stack. */
export const HANDLER = 'IVSChatCustomResourcesHandlerDF3FD4BE';
export const ROLE = 'IVSChatCustomResourcesRole6661C656';
export const LOG = 'IVSChatCustomResourcesLogE4225F94';
export const LOG_POLICY = 'IVSChatCustomResourcesLogPolicy9ECC0CD7';
export const DETACHMENT_POLICY = 'IVSChatCustomResourcesDetachmentPolicy3B93AEC2';
export const FRAMEWORK = 'IVSChatCustomResourcesFrameworkframeworkonEvent330140D4';

export function newFunction(scope: Construct, id = 'Moderator'): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
}

export function newReview(scope: Construct, props: Partial<MessageReviewHandlerProps> = {}): MessageReviewHandler {
  return new MessageReviewHandler(scope, 'Review', { handler: props.handler ?? newFunction(scope), ...props });
}

/** Creates a logging configuration with an imported destination. */
export function newLoggingConfiguration(scope: Construct, detachOnDelete?: boolean, id = 'ChatLog'): LoggingConfiguration {
  const logGroup = LogGroup.fromLogGroupName(new Construct(scope, `${id}Destination`), 'LogGroup', '/aws/vendedlogs/chat');
  return new LoggingConfiguration(scope, id, { destination: LoggingDestination.cloudWatchLogs(logGroup), detachOnDelete });
}

/** Returns the only resource of a type, and its logical ID. */
export function onlyResource(template: any, type: string): { id: string; resource: any } {
  const resources = Object.entries(resourcesOf(template, type));
  expect(resources).toHaveLength(1);
  return { id: resources[0][0], resource: resources[0][1] };
}

/** Returns the custom resources of a template, by logical ID. */
export function customResourcesOf(template: any): Record<string, any> {
  return Object.fromEntries(Object.entries<any>(template.Resources ?? {}).filter(([, { Type }]) => Type.startsWith('Custom::IVSChat')));
}

/** Returns the properties of a custom resource that are for the handler. */
export function customPropertiesOf(resource: any): any {
  const { ServiceToken, ServiceTimeout, ...properties } = resource.Properties;
  return properties;
}

/** Returns the statements of the policy that a custom resource depends on, in addition to those for the log and for all detachments. */
export function statementsFor(template: any, resource: any): any[] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy');
  const own = resource.DependsOn.filter((id: string) => id in policies && id !== LOG_POLICY && id !== DETACHMENT_POLICY);
  expect(resource.DependsOn).toContain(LOG_POLICY);
  expect(own).toHaveLength(1);
  expect(policies[own[0]].Properties.Roles).toEqual([{ Ref: ROLE }]);
  return policies[own[0]].Properties.PolicyDocument.Statement;
}

/** Returns the logical ID of an L1 or of the L1 of a construct. */
export function logicalId(construct: IConstruct): string {
  const element = (construct.node.defaultChild ?? construct) as CfnElement;
  return element.stack.resolve(element.logicalId);
}

/** Whether a resource has another one in its `DependsOn`. */
export function dependsOn(resource: any, id: string): boolean {
  return (resource.DependsOn ?? []).includes(id);
}

/** Returns an ARN of this service in the template of an environment-agnostic stack. */
export function agnosticArn(rest: string) {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${rest}`]] };
}
