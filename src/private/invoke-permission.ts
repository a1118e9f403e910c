import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import { CfnPermission, type IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { appState, mapOf } from './app-state';

/** ID of the construct that contains the permissions for handlers of other stacks. */
const NAMESPACE = 'MessageReviewPermissions';

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
  const permission = byFunction.get(key) ?? create();
  byFunction.set(key, permission);
  return permission;
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
