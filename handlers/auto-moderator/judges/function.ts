import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Judge, labelOf, scoreOf, type Verdict } from './judge';
import type { FunctionSettings } from '../../../src/moderation/auto-moderator-settings';
import type { JudgeRequest, JudgeResponse, JudgeVerdict } from '../../../src/moderation/judge-request';
import { invokeWith } from '../../shared/invoke-function';
import { UnusableAnswer } from '../failures';
import type { ChatMessage } from '../message';

/** The user's own function. */
export class FunctionJudge implements Judge {
  public readonly operation = 'Invoke';
  public readonly timeout = 60_000;

  private readonly client: LambdaClient;

  constructor(private readonly settings: FunctionSettings) {
    const [, , , region] = settings.functionArn.split(':');
    this.client = new LambdaClient({ maxAttempts: 1, region });
  }

  public batchesOf(messages: readonly ChatMessage[]): ChatMessage[][] {
    const { batchSize } = this.settings;
    return Array.from({ length: Math.ceil(messages.length / batchSize) }, (_, index) => messages.slice(index * batchSize, (index + 1) * batchSize));
  }

  public async ask(roomArn: string, messages: readonly ChatMessage[], signal: AbortSignal): Promise<ReadonlyMap<string, Verdict>> {
    const request: JudgeRequest = {
      RoomArn: roomArn,
      Messages: messages.map(({ Attributes, Content, Id, SendTime, Sender }) => ({ Id, Content, Attributes, SendTime, Sender })),
    };
    const answer = await invokeWith(this.client, this.settings.functionArn, request, signal) as Partial<JudgeResponse> | undefined;
    if (!Array.isArray(answer?.Verdicts)) throw new UnusableAnswer('the function must return { Verdicts: [{ Id, Flagged }] }');
    // Verdicts on other messages are ignored: only those of the call are looked up.
    return new Map(answer.Verdicts.filter(isVerdict).map(({ Flagged, Id, Label, Score }) => [Id, { isFlagged: Flagged, score: scoreOf(Score), label: labelOf(Label) }]));
  }
}

function isVerdict(value: Partial<JudgeVerdict> | null): value is JudgeVerdict {
  return typeof value?.Id === 'string' && typeof value.Flagged === 'boolean';
}
