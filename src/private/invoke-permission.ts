import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import { CfnPermission, type IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { appState, mapOf } from './app-state';
import { warn } from './errors';
import { MAX_FUNCTION_POLICY_BYTES } from './limits';

/** ID of the construct that contains the permissions for handlers of other stacks. */
const NAMESPACE = 'MessageReviewPermissions';

/** Of the statements that CloudFormation names after the stack and the logical ID. */
const MAX_SID_LENGTH = 100;

/**
 * Returns a key that identifies a function across stacks: it is the same for an L2 and its L1, and for two imports of an ARN.
 */
export function functionKey(handler: IFunctionRef): string {
  const stack = Stack.of(handler);
  const arn = stack.resolve(handler.functionRef.functionArn);
  return Token.isUnresolved(arn) || typeof arn !== 'string' ? `${stack.node.path}:${JSON.stringify(arn)}` : arn;
}

/** Returns the permission in the stack of the handler. Created in the scope of the first handler with this function. */
export function permissionOfHandler(handlerConstruct: Construct, handler: IFunctionRef, key: string): CfnPermission {
  return getOrCreate(handlerConstruct, key, () => newPermission(handlerConstruct, 'InvokePermission', handler));
}

/**
 * Returns the permission that a room depends on. It is always in the stack of the room: in the stack of the handler it
 * would be a circular dependency if the function is in the stack of the room.
 */
export function permissionForRoom(room: IConstruct, handler: IFunctionRef, key: string): CfnPermission {
  return getOrCreate(room, key, () => {
    const stack = Stack.of(room);
    const namespace = stack.node.tryFindChild(NAMESPACE) as Construct ?? new Construct(stack, NAMESPACE);
    return newPermission(namespace, Names.nodeUniqueId(handler.node), handler);
  });
}

function getOrCreate(scope: IConstruct, key: string, create: () => CfnPermission): CfnPermission {
  const byFunction = mapOf(appState(scope).invokePermissions, Stack.of(scope));
  const existing = byFunction.get(key);
  if (existing) return existing;
  const permission = create();
  byFunction.set(key, permission);
  warnIfPolicyIsTooLarge(permission, key);
  return permission;
}

/** All stacks with rooms add a statement to the policy of the same function. Warns for the first one that does not fit. */
function warnIfPolicyIsTooLarge(permission: CfnPermission, key: string): void {
  const permissions = [...appState(permission).invokePermissions.values()].flatMap(byFunction => byFunction.get(key) ?? []);
  let size = 0;
  for (const each of permissions) {
    if (size > MAX_FUNCTION_POLICY_BYTES) return;
    size += statementSize(each);
  }
  if (size <= MAX_FUNCTION_POLICY_BYTES) return;
  warn(permission, 'functionPolicyTooLarge',
    `The permissions of ${permissions.length} stacks for the same review handler need about ${size.toLocaleString('en-US')} bytes in the resource policy of the function, but Lambda allows ${MAX_FUNCTION_POLICY_BYTES.toLocaleString('en-US')}. The deployment of further stacks fails. Add one permission to the function, and set skipPermissions on the handler.`);
}

/** Estimates the size of the statement that Lambda stores. Tokens count as usual values. */
function statementSize(permission: CfnPermission): number {
  const { stack } = permission;
  const orUsual = (value: string | undefined, usual: string) => value === undefined || Token.isUnresolved(value) ? usual : value;
  const sid = `${orUsual(stack.stackName, 'Chat')}-${stack.getLogicalId(permission)}-A1B2C3D4E5F6`.slice(0, MAX_SID_LENGTH);
  return JSON.stringify({
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: permission.principal },
    Action: permission.action,
    Resource: orUsual(permission.functionName, 'arn:aws:lambda:us-east-1:111122223333:function:moderator'),
    Condition: {
      StringEquals: { 'AWS:SourceAccount': orUsual(permission.sourceAccount, '111122223333') },
      ArnLike: { 'AWS:SourceArn': orUsual(permission.sourceArn, 'arn:aws:ivschat:us-east-1:111122223333:room/*') },
    },
  }).length + ','.length;
}

/**
 * Creates an L1, because `IFunction.addPermission()` adds nothing for an imported function in an environment-agnostic stack.
 *
 * It is for all rooms of the account and region: with the ARN of a single room, the permission and the room would depend on
 * each other. Rooms that the application creates at runtime need it as well.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ivschat-room-messagereviewhandler.html
 */
function newPermission(scope: Construct, id: string, handler: IFunctionRef): CfnPermission {
  const stack = Stack.of(scope);
  return new CfnPermission(scope, id, {
    action: 'lambda:InvokeFunction',
    functionName: handler.functionRef.functionArn,
    principal: 'ivschat.amazonaws.com',
    sourceAccount: stack.account,
    sourceArn: stack.formatArn({
      service: 'ivschat', resource: 'room', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  });
}
