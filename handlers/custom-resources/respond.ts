import type { CdkCustomResourceEvent, CdkCustomResourceResponse, Context } from 'aws-lambda';
import { ChatApi, type Environment } from './chat-api';
import { detachment } from './detachment';
import { handleEvent } from './life-cycle';
import { roomRate } from './room-rate';
import { roomSettings } from './room-settings';
import { oneLine } from '../shared/failures';

/** @throws an error whose message is one line for the user: it becomes the reason in the stack's events */
export async function respond(
  event: CdkCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>, environment: Environment,
): Promise<CdkCustomResourceResponse> {
  const api = new ChatApi(environment, {
    remainingTime: context.getRemainingTimeInMillis(),
    grantMayBeNew: event.RequestType !== 'Delete',
  });
  try {
    return { PhysicalResourceId: await dispatch(event, api, environment.settingsList) };
  } catch (error) {
    const message = oneLine((error as Error).message);
    environment.log(`${event.RequestType} failed: ${message}`);
    throw new Error(message);
  }
}

async function dispatch(event: CdkCustomResourceEvent, api: ChatApi, settingsList: string | undefined): Promise<string> {
  switch (event.ResourceType) {
    case 'Custom::IVSChatRoomRate': return handleEvent(roomRate, event, api);
    case 'Custom::IVSChatRoomSettings': return handleEvent(roomSettings(settingsList), event, api);
    case 'Custom::IVSChatDetachment': return handleEvent(detachment, event, api);
    default:
      throw new Error(`${event.ResourceType} is not known to this version of cdk-ivschat: deploy with the version that created the resource, or a later one.`);
  }
}
