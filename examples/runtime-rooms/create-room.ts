import { CreateRoomCommand, type FallbackResult, IvschatClient } from '@aws-sdk/client-ivschat';

const chat = new IvschatClient({});

export interface CreateRoomEvent {
  /** Up to 128 letters, digits, hyphens and underscores. Not necessarily unique. */
  readonly name: string;
}

export interface CreateRoomResult {
  /** The `roomIdentifier` of `CreateChatToken`. */
  readonly roomArn: string;
}

export async function handler({ name }: CreateRoomEvent): Promise<CreateRoomResult> {
  const room = await chat.send(new CreateRoomCommand({
    name,
    maximumMessageLength: 300,
    // The API accepts up to 100, CloudFormation up to 10.
    maximumMessageRatePerSecond: 50,
    messageReviewHandler: { uri: process.env.HANDLER_URI, fallbackResult: process.env.FALLBACK_RESULT as FallbackResult },
    loggingConfigurationIdentifiers: [process.env.LOGGING_CONFIGURATION_ARN!],
    // To find these rooms later.
    tags: { 'created-by': process.env.STACK_NAME! },
  }));
  return { roomArn: room.arn! };
}
