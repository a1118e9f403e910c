import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import { CfnPermission, type IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { appState, mapOf } from './app-state';

/** Rooms of other stacks than the handler's get their permissions below this construct of their stack. */
const NAMESPACE = 'MessageReviewPermissions';

/**
 * Tells functions apart across stacks: the same for an L2 and its L1, and for two imports of one ARN.
 */
export function functionKey(handler: IFunctionRef): string {
  const stack = Stack.of(handler);
  const arn = stack.resolve(handler.functionRef.functionArn);
  return Token.isUnresolved(arn) || typeof arn !== 'string' ? `${stack.node.path}:${JSON.stringify(arn)}` : arn;
}

/** The permission of a handler's own stack, made in the handler unless another handler of the stack has made it. */
export function permissionOfHandler(handlerConstruct: Construct, handler: IFunctionRef, key: string): CfnPermission {
  return getOrCreate(handlerConstruct, key, () => newPermission(handlerConstruct, 'InvokePermission', handler));
}

/**
 * The permission a room waits for. It is always in the room's own stack: in the handler's it would make that stack
 * depend on a function that may live beside the room, and the room on that stack.
 */
export function permissionForRoom(room: IConstruct, handler: IFunctionRef, key: string): CfnPermission {
  return getOrCreate(room, key, () => {
    const stack = Stack.of(room);
    const namespace = stack.node.tryFindChild(NAMESPACE) as Construct ?? new Construct(stack, NAMESPACE);
    return newPermission(namespace, Names.nodeUniqueId(handler.node), handler);
  });
}

function getOrCreate(scope: IConstruct, key: string, create: () => CfnPermission): CfnPermission {
  const ofStack = mapOf(appState(scope).invokePermissions, Stack.of(scope));
  const permission = ofStack.get(key) ?? create();
  ofStack.set(key, permission);
  return permission;
}

/**
 * The L1, because `IFunction.addPermission` writes nothing for an imported function in an environment-agnostic stack.
 *
 * All rooms of the account and region may invoke: the ARN of the one room would make the permission depend on the room,
 * which depends on the permission. Rooms the application creates at run time need it too.
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
