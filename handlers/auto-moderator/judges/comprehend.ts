import type { ToxicLabels } from '@aws-sdk/client-comprehend';
import { type Judge, labelOf, scoreOf, type Verdict } from './judge';
import { segmentsOf } from './segments';
import type { ComprehendSettings } from '../../../src/moderation/auto-moderator-settings';

/** Documented. A message of 500 characters has at most five. */
const MAX_SEGMENTS = 10;

/** Toxicity detection of Amazon Comprehend, for ten segments in a call. The segments of a message stay together. */
export async function loadComprehendJudge({ region, threshold }: ComprehendSettings): Promise<Judge> {
  const { ComprehendClient, DetectToxicContentCommand } = await import('@aws-sdk/client-comprehend');
  const client = new ComprehendClient({ maxAttempts: 1, ...region && { region } });
  return {
    operation: 'DetectToxicContent',
    timeout: 10_000,
    batchSize: MAX_SEGMENTS,
    partsOf: ({ Content }) => segmentsOf(Content).length,
    ask: async (_roomArn, messages, abortSignal) => {
      const segments = messages.map(({ Content }) => segmentsOf(Content));
      const command = new DetectToxicContentCommand({ LanguageCode: 'en', TextSegments: segments.flat().map(Text => ({ Text })) });
      const { ResultList = [] } = await client.send(command, { abortSignal });
      let start = 0;
      return new Map(messages.flatMap(({ Id }, index): [string, Verdict][] => {
        const { length } = segments[index];
        const results = ResultList.slice(start, start += length);
        const isComplete = results.length === length && results.every(({ Toxicity }) => scoreOf(Toxicity) !== undefined);
        return isComplete ? [[Id, verdictOf(results, threshold)]] : [];
      }));
    },
  };
}

/** The worst segment decides. */
function verdictOf(results: ToxicLabels[], threshold: number): Verdict {
  const [{ Labels = [], Toxicity: score = 0 }] = results.sort((one, other) => other.Toxicity! - one.Toxicity!);
  const [label] = Labels.sort((one, other) => (other.Score ?? 0) - (one.Score ?? 0));
  return { isFlagged: score >= threshold, score, label: labelOf(label?.Name) };
}
