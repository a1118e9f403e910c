import type { CdkCustomResourceEvent, CdkCustomResourceResponse, Context } from 'aws-lambda';
import { Calls } from './calls';
import { ChatApi } from './chat-api';
import { detachment } from './detachment';
import { oneLine } from './failures';
import type { LifeCycle } from './life-cycle';
import { roomRate } from './room-rate';
import { roomSettings } from './room-settings';
import type { Surroundings } from './surroundings';
import { timeLimits } from './time-limits';

/** @throws one line for the user, and nothing else: it becomes the reason in the stack's events */
export async function respond(
  event: CdkCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>, surroundings: Surroundings,
): Promise<CdkCustomResourceResponse> {
  const limits = timeLimits(surroundings.now(), context.getRemainingTimeInMillis());
  const api = new ChatApi(new Calls(surroundings, limits, { grantMayBeNew: event.RequestType !== 'Delete' }));
  try {
    return { PhysicalResourceId: await dispatch(event, api) };
  } catch (error) {
    const sentence = oneLine(error instanceof Error ? error.message : String(error));
    surroundings.log(`${event.RequestType} failed: ${sentence}`);
    throw new Error(sentence);
  }
}

async function dispatch(event: CdkCustomResourceEvent, api: ChatApi): Promise<string> {
  switch (event.ResourceType) {
    case 'Custom::IVSChatRoomRate': return live(roomRate, event, api);
    case 'Custom::IVSChatRoomSettings': return live(roomSettings, event, api);
    case 'Custom::IVSChatDetachment': return live(detachment, event, api);
    default: throw new Error(`${event.ResourceType} is made by another release of cdk-ivschat than this handler is of: deploy the stack with that release.`);
  }
}

async function live<Props>(resource: LifeCycle<Props>, event: CdkCustomResourceEvent, api: ChatApi): Promise<string> {
  switch (event.RequestType) {
    case 'Create': {
      const props = resource.parse(event.ResourceProperties);
      await resource.onCreate(props, api);
      return resource.physicalIdOf(props);
    }
    case 'Update': {
      const props = resource.parse(event.ResourceProperties);
      const id = resource.physicalIdOf(props);
      const old = parsedOrNothing(resource, event.OldResourceProperties);
      if (old && resource.physicalIdOf(old) === id) {
        await resource.onUpdate(props, old, api);
      } else {
        await resource.onCreate(props, api);
      }
      return id;
    }
    case 'Delete': {
      const props = parsedOrNothing(resource, event.ResourceProperties);
      if (props && resource.physicalIdOf(props) === event.PhysicalResourceId) {
        await resource.onDelete(props, api);
      } else {
        // CloudFormation invents an id where it never got an answer to a Create.
        api.note(`${event.PhysicalResourceId} was never made here: nothing to delete`);
      }
      return event.PhysicalResourceId;
    }
  }
}

/** Properties that were refused once come back: as the old ones of the update that rolls back, or with a delete. */
function parsedOrNothing<Props>(resource: LifeCycle<Props>, properties: Record<string, unknown>): Props | undefined {
  try {
    return resource.parse(properties);
  } catch {
    return undefined;
  }
}
