import { CreateRoomCommand, type FallbackResult, IvschatClient } from '@aws-sdk/client-ivschat';

const chat = new IvschatClient({});

export interface CreateRoomEvent {
  /** Up to 128 letters, digits, hyphens and underscores. Names need not be unique. */
  readonly name: string;
}

export interface CreateRoomResult {
  /** What `CreateChatToken` takes as the identifier of the room. */
  readonly roomArn: string;
}

export async function handler({ name }: CreateRoomEvent): Promise<CreateRoomResult> {
  const room = await chat.send(new CreateRoomCommand({
    name,
    maximumMessageLength: 300,
    // CloudFormation stops at 10, the service at 100.
    maximumMessageRatePerSecond: 50,
    messageReviewHandler: { uri: process.env.HANDLER_URI, fallbackResult: process.env.FALLBACK_RESULT as FallbackResult },
    loggingConfigurationIdentifiers: [process.env.LOGGING_CONFIGURATION_ARN!],
    // Says later whose rooms these are.
    tags: { 'created-by': process.env.STACK_NAME! },
  }));
  return { roomArn: room.arn! };
}
