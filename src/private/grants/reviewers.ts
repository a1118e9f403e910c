import { Token } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { CfnAlias, CfnFunction, CfnVersion, type IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { appState } from '../app-state';
import { referencedConstructs } from '../referenced-construct';
import { type RoleKey, roleKey, roleKeyOfArn, roleOf } from './roles';

/** Registers a function that reviews messages. */
export function registerReviewer(scope: IConstruct, handler: IFunctionRef): void {
  appState(scope).reviewers.add(handler);
}

/** Returns the roles of a function that reviews messages: more than one if it is imported with another role than it has. */
export function rolesOfReviewer(handler: IFunctionRef): RoleKey[] {
  const principal = (handler as Partial<IGrantable>).grantPrincipal;
  const role = principal && roleOf(principal);
  return [role && roleKey(role), roleOfFunction(handler, handler.functionRef.functionArn)].filter(key => key !== undefined);
}

/** Returns the role of the function that reviews a room, if both are defined in this app. */
export function roleOfRoomReviewer(room: CfnRoom): RoleKey | undefined {
  const uri = handlerUri(room);
  return uri === undefined ? undefined : roleOfFunction(room, uri);
}

/** Returns whether a role belongs to a function that reviews messages, as far as they are known. */
export function isRoleOfReviewer(scope: IConstruct, key: RoleKey): boolean {
  return [...appState(scope).reviewers].some(handler => rolesOfReviewer(handler).includes(key));
}

/** Returns the ARN of the handler of a room, if it has one. */
export function handlerUri({ messageReviewHandler: handler }: CfnRoom): string | undefined {
  if (handler === undefined || Token.isUnresolved(handler)) return undefined;
  return (handler as CfnRoom.MessageReviewHandlerProperty).uri || undefined;
}

/** Returns the function that reviews a room, if both are defined in this app. */
export function functionOfRoomReviewer(room: CfnRoom): CfnFunction | undefined {
  const uri = handlerUri(room);
  return uri === undefined ? undefined : functionOf(room, uri);
}

function roleOfFunction(scope: IConstruct, functionArn: string): RoleKey | undefined {
  const fn = functionOf(scope, functionArn);
  return fn && roleKeyOfArn(fn, fn.role);
}

/** Returns the function that the ARN or the name of a function, a version or an alias refers to. */
function functionOf(scope: IConstruct, arnOrName: string): CfnFunction | undefined {
  for (const construct of referencedConstructs(scope, arnOrName)) {
    if (CfnFunction.isCfnFunction(construct)) return construct;
    if (CfnAlias.isCfnAlias(construct) || CfnVersion.isCfnVersion(construct)) return functionOf(construct, construct.functionName);
  }
  return undefined;
}
