import { type CfnElement, Stack } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import { lit, validationError } from './errors';
import { l1Of } from './referenced-construct';
import { functionOfRoomReviewer } from './reviewers';
import type { RoomKey } from './room-ids';

/**
 * Throws at synthesis if a function that reviews the messages of a room has an environment variable that refers to a function
 * that depends on the room. CloudFormation would reject the template, and the CDK only reports circular dependencies of stacks.
 *
 * @param scope the construct that contains the functions
 * @param property the property that contains the rooms
 * @param resources resources that depend on the rooms
 */
export function validateReviewersAtSynthesis(scope: Construct, property: string, rooms: ReadonlySet<RoomKey>, resources: IConstruct[]): void {
  const stack = Stack.of(scope);
  const candidates = [...rooms].filter((room): room is CfnRoom => CfnRoom.isCfnRoom(room) && Stack.of(room) === stack);
  if (candidates.length === 0) return;
  const elements = resources.map(resource => l1Of(resource) as CfnElement);
  scope.node.addValidation({
    validate: () => {
      for (const room of candidates) {
        const reviewer = functionOfRoomReviewer(room);
        if (reviewer && refersTo(reviewer, elements)) throw cycleError(scope, property, room, reviewer);
      }
      return [];
    },
  });
}

function cycleError(scope: Construct, property: string, room: CfnRoom, reviewer: CfnFunction): Error {
  return validationError(scope, lit`ReviewerDependsOnRoom`,
    `${property} must not have a room whose review function depends on this construct, got ${room.node.path}, reviewed by ${reviewer.node.path}, whose environment variables refer to ${scope.node.path}: pass the value to the function in another way, such as a parameter of AWS Systems Manager with a literal name`);
}

function refersTo(fn: CfnFunction, elements: CfnElement[]): boolean {
  const stack = Stack.of(fn);
  const environment = JSON.stringify(stack.resolve(fn.environment)) ?? '';
  return elements.some(element => element.stack === stack && environment.includes(`"${stack.resolve(element.logicalId)}"`));
}
