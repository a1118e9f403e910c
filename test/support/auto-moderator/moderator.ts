import { BANS_FUNCTION_ARN, FakeAws, GUARDRAIL_ARN, JUDGE_FUNCTION_ARN } from './fake-aws';
import { newDeadline } from '../../../handlers/auto-moderator/deadline';
import { loadModerator, type Moderator } from '../../../handlers/auto-moderator/moderator';
import type { MessageFrame } from '../../../handlers/shared/chat-log';
import type { AutoModeratorSettings, JudgeSettings, ResponseSettings } from '../../../src/moderation/auto-moderator-settings';

export const ROOM = { id: 'abcDEF123456', arn: 'arn:aws:ivschat:us-east-1:111122223333:room/abcDEF123456' };

/** Fast, for tests of other things than the pace. */
const callsPerSecond = 500;

export const COMPREHEND: JudgeSettings = { kind: 'comprehend', threshold: 0.8, callsPerSecond };
export const GUARDRAIL: JudgeSettings = { kind: 'guardrail', guardrailArn: GUARDRAIL_ARN, version: '3', callsPerSecond };
export const FUNCTION: JudgeSettings = { kind: 'function', functionArn: JUDGE_FUNCTION_ARN, batchSize: 10, callsPerSecond };

export const DELETE: ResponseSettings = { kind: 'deleteMessage', afterStrikes: 1 };
export const DISCONNECT: ResponseSettings = { kind: 'disconnectUser', afterStrikes: 3 };
export const BAN: ResponseSettings = { kind: 'ban', afterStrikes: 3, functionArn: BANS_FUNCTION_ARN, minutes: 10 };

let lastId = 0;

/** A message of `ann` that was sent a moment ago. */
export function messageOf(content: string, changes: Partial<MessageFrame> = {}): MessageFrame {
  lastId++;
  return { Type: 'MESSAGE', Id: `Message${String(lastId).padStart(5, '0')}`, Content: content, SendTime: new Date().toISOString(), Sender: { UserId: 'ann' }, ...changes };
}

/** The function without its entry point, with real clients that call a fake of AWS. */
export class ModeratorFunction {
  public static async start(): Promise<ModeratorFunction> {
    const aws = await FakeAws.start();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.urls.http,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: aws.urls.http2,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_LAMBDA_FUNCTION_NAME: 'Moderator',
    });
    return new ModeratorFunction(aws);
  }

  /** The lines of the log that are not metrics, and the sums of the metrics. */
  public log: any[] = [];
  public metrics: Record<string, number> = {};

  private readonly write = jest.spyOn(process.stdout, 'write').mockImplementation(line => {
    const entry = JSON.parse(String(line));
    if (!('_aws' in entry)) {
      this.log.push(entry);
      return true;
    }
    const { Name } = entry._aws.CloudWatchMetrics[0].Metrics[0];
    this.metrics[Name] = (this.metrics[Name] ?? 0) + entry[Name];
    return true;
  });

  private constructor(public readonly aws: FakeAws) {}

  public reset(): void {
    this.aws.reset();
    [this.log, this.metrics] = [[], {}];
  }

  /** A new instance of the function. */
  public async instance(settings: Partial<AutoModeratorSettings> = {}): Promise<Moderator> {
    const responses = settings.responses ?? [DELETE, DISCONNECT];
    return loadModerator({
      judge: COMPREHEND,
      exempt: [],
      maximumAgeSeconds: 600,
      ...responses.length > 0 && { strikes: { tableName: 'Strikes', windowSeconds: 86_400 } },
      ...settings,
      responses,
    });
  }

  public async moderate(messages: MessageFrame[], settings: Partial<AutoModeratorSettings> = {}, remainingTime = 60_000): Promise<void> {
    await (await this.instance(settings))(ROOM, messages, newDeadline(remainingTime));
  }

  public async close(): Promise<void> {
    this.write.mockRestore();
    await this.aws.close();
  }
}
