import { LambdaClient } from '@aws-sdk/client-lambda';
import { type Judge, labelOf, scoreOf, type Verdict } from './judge';
import type { FunctionSettings } from '../../../src/moderation/auto-moderator-settings';
import type { JudgeRequest, JudgeResponse, JudgeVerdict } from '../../../src/moderation/judge-request';
import { invokeWith } from '../../shared/invoke-function';

/** The user's own function. */
export function newFunctionJudge({ batchSize, functionArn }: FunctionSettings): Judge {
  const client = new LambdaClient({ maxAttempts: 1, region: functionArn.split(':')[3] });
  return {
    operation: 'judge',
    timeout: 60_000,
    batchSize,
    ask: async (roomArn, messages, signal) => {
      const request: JudgeRequest = {
        RoomArn: roomArn,
        Messages: messages.map(({ Attributes, Content, Id, SendTime, Sender }) => ({ Id, Content, Attributes, SendTime, Sender })),
      };
      const answer = await invokeWith(client, functionArn, request, signal) as Partial<JudgeResponse> | null | undefined;
      if (!Array.isArray(answer?.Verdicts)) throw new Error('no Verdicts');
      // Verdicts on other messages are ignored: only those of the call are looked up.
      return new Map(answer.Verdicts.filter(isVerdict).map(({ Flagged, Id, Label, Score }): [string, Verdict] => (
        [Id, { isFlagged: Flagged, score: scoreOf(Score), label: labelOf(Label) }]
      )));
    },
  };
}

function isVerdict(value: Partial<JudgeVerdict> | null): value is JudgeVerdict {
  return typeof value?.Id === 'string' && typeof value.Flagged === 'boolean';
}
