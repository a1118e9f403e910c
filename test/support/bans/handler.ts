import type { Context, SQSBatchResponse } from 'aws-lambda';
import { FakeAws, type QueuedMessage } from './fake-aws';
import type { BanRequest, BanUserResponse, ListBansResponse, UnbanUserResponse } from '../../../src/tokens/ban-request';
import type { BansFunctionSettings } from '../../../src/tokens/bans-function-settings';

export const ROOM = 'abcDEF123456';
export const OTHER_ROOM = 'ghiJKL789012';
export const arnOf = (roomId: string) => `arn:aws:ivschat:us-east-1:111122223333:room/${roomId}`;

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Bans';

/** What the responses of all requests may have. */
export type Response = Partial<BanUserResponse & ListBansResponse & UnbanUserResponse>;

/** The environment variables of the function. */
export function environmentOf(aws: FakeAws, settings: Partial<BansFunctionSettings> = {}): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_LAMBDA_FUNCTION_NAME: 'Bans',
    BANS: JSON.stringify({ tableName: 'Bans', queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/SecondDisconnects', ...settings }),
  };
}

/** The function, with real clients that call a fake of AWS. */
export class BansFunction {
  public static async start(settings: Partial<BansFunctionSettings> = {}): Promise<BansFunction> {
    const aws = await FakeAws.start();
    Object.assign(process.env, environmentOf(aws, settings));
    // Not imported above, because it reads the environment when it is loaded.
    const { handler } = jest.requireActual<typeof import('../../../handlers/bans')>('../../../handlers/bans');
    return new BansFunction(aws, handler);
  }

  /** The lines of the log that are not metrics, and the metrics. */
  public log: any[] = [];
  public metrics: any[] = [];

  private readonly write = jest.spyOn(process.stdout, 'write').mockImplementation(line => {
    const entry = JSON.parse(String(line));
    ('_aws' in entry ? this.metrics : this.log).push(entry);
    return true;
  });

  private constructor(public readonly aws: FakeAws, private readonly handler: (event: unknown, context: Context) => Promise<unknown>) {}

  public reset(): void {
    this.aws.reset();
    [this.log, this.metrics] = [[], []];
  }

  public async invoke(request: BanRequest | object, remainingTime = 30_000): Promise<Response> {
    return await this.handler(request, contextOf(remainingTime)) as Response;
  }

  /** Delivers messages in one batch. Their IDs are their indexes. */
  public async deliver(messages: readonly Pick<QueuedMessage, 'body'>[], remainingTime = 30_000): Promise<string[]> {
    const records = messages.map(({ body }, index) => ({ messageId: String(index), eventSource: 'aws:sqs', body }));
    const { batchItemFailures } = await this.handler({ Records: records }, contextOf(remainingTime)) as SQSBatchResponse;
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  public async close(): Promise<void> {
    this.write.mockRestore();
    await this.aws.close();
  }
}

function contextOf(remainingTime: number): Context {
  const end = performance.now() + remainingTime;
  return { invokedFunctionArn: FUNCTION_ARN, getRemainingTimeInMillis: () => end - performance.now() } as Context;
}

export async function errorOf(response: Promise<unknown>): Promise<Error> {
  return response.then(() => { throw new Error('it did not fail'); }, (error: Error) => error);
}
