import { type CfnElement, Stack } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { lit, validationError } from '../errors';
import { l1Of } from '../referenced-construct';
import { functionOfRoomReviewer } from './reviewers';
import type { RoomKey } from '../room-ids';

/**
 * Throws at synthesis if a function that reviews the messages of a room has an environment variable that refers to a function
 * that depends on the room. CloudFormation would reject the template, and the CDK only reports circular dependencies of stacks.
 *
 * @param scope the construct that contains the functions
 * @param rooms those of the property `rooms` of the scope
 * @param resources resources that depend on the rooms
 * @param advice what to do instead
 */
export function validateReviewersAtSynthesis(scope: Construct, rooms: ReadonlySet<RoomKey>, resources: IConstruct[], advice: string): void {
  const stack = Stack.of(scope);
  const candidates = [...rooms].filter((room): room is CfnRoom => CfnRoom.isCfnRoom(room) && Stack.of(room) === stack);
  if (candidates.length === 0) return;
  const elements = resources.map(resource => l1Of(resource) as CfnElement);
  scope.node.addValidation({
    validate: () => {
      for (const room of candidates) {
        const reviewer = functionOfRoomReviewer(room);
        if (reviewer && refersTo(reviewer, elements)) throw cycleError(scope, room, reviewer, advice);
      }
      return [];
    },
  });
}

function cycleError(scope: Construct, room: CfnRoom, reviewer: CfnFunction, advice: string): Error {
  return validationError(scope, lit`ReviewerDependsOnRoom`,
    `rooms must not have a room whose review function depends on this construct, got ${room.node.path}, reviewed by ${reviewer.node.path}, whose environment variables refer to ${scope.node.path}: ${advice}`);
}

function refersTo(fn: CfnFunction, elements: CfnElement[]): boolean {
  const stack = Stack.of(fn);
  const environment = JSON.stringify(stack.resolve(fn.environment)) ?? '';
  return elements.some(element => element.stack === stack && environment.includes(`"${stack.resolve(element.logicalId)}"`));
}
