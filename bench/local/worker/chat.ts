import { CreateChatTokenCommand, CreateLoggingConfigurationCommand, CreateRoomCommand, IvschatClient, ListRoomsCommand } from '@aws-sdk/client-ivschat';

/** Requests in flight at a time. */
const CONCURRENCY = 20;

/** The API of a local runtime. */
export class Chat {
  private readonly client: IvschatClient;

  constructor(url: string) {
    const endpoint = url.replace(/^ws/, 'http');
    this.client = new IvschatClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  }

  /** Returns the ARNs of the new rooms. @param handlerArn a function that reviews the messages */
  public async createRooms(count: number, isLogged: boolean, handlerArn?: string): Promise<string[]> {
    const loggingConfigurationIdentifiers = isLogged ? [await this.createLog()] : [];
    const messageReviewHandler = handlerArn === undefined ? undefined : { uri: handlerArn, fallbackResult: 'DENY' as const };
    return mapConcurrently(Array.from({ length: count }), async () => {
      const input = { maximumMessageRatePerSecond: 100, loggingConfigurationIdentifiers, messageReviewHandler };
      const { arn } = await this.client.send(new CreateRoomCommand(input));
      return arn!;
    });
  }

  /** Creates one token for each of the rooms. */
  public async createTokens(roomArns: string[]): Promise<string[]> {
    return mapConcurrently(roomArns, async (roomIdentifier, index) => {
      const input = { roomIdentifier, userId: `user-${index}`, capabilities: ['SEND_MESSAGE' as const] };
      const { token } = await this.client.send(new CreateChatTokenCommand(input));
      return token!;
    });
  }

  /** Sends a request that costs the server little. Returns how long it took. */
  public async request(): Promise<number> {
    const start = performance.now();
    await this.client.send(new ListRoomsCommand({}));
    return performance.now() - start;
  }

  public close(): void {
    this.client.destroy();
  }

  private async createLog(): Promise<string> {
    const destinationConfiguration = { cloudWatchLogs: { logGroupName: 'chat' } };
    const { arn } = await this.client.send(new CreateLoggingConfigurationCommand({ destinationConfiguration }));
    return arn!;
  }
}

async function mapConcurrently<T, U>(items: T[], map: (item: T, index: number) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  const entries = items.entries();
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
    for (const [index, item] of entries) results[index] = await map(item, index);
  }));
  return results;
}
