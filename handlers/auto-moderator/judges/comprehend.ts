import { ComprehendClient, DetectToxicContentCommand, type ToxicLabels } from '@aws-sdk/client-comprehend';
import { type Judge, labelOf, scoreOf, type Verdict } from './judge';
import { segmentsOf } from './segments';
import type { ComprehendSettings } from '../../../src/moderation/auto-moderator-settings';
import type { ChatMessage } from '../message';

/** Documented. A message of 500 characters has at most five. */
const MAX_SEGMENTS = 10;

/** Toxicity detection of Amazon Comprehend, for ten segments in a call. The segments of a message stay together. */
export class ComprehendJudge implements Judge {
  public readonly operation = 'DetectToxicContent';
  public readonly timeout = 10_000;

  private readonly client: ComprehendClient;

  constructor(private readonly settings: ComprehendSettings) {
    this.client = new ComprehendClient({ maxAttempts: 1, ...settings.region !== undefined && { region: settings.region } });
  }

  public batchesOf(messages: readonly ChatMessage[]): ChatMessage[][] {
    const batches: ChatMessage[][] = [];
    let free = 0;
    for (const message of messages) {
      const { length } = segmentsOf(message.Content);
      if (length > free) {
        batches.push([]);
        free = MAX_SEGMENTS;
      }
      batches.at(-1)!.push(message);
      free -= length;
    }
    return batches;
  }

  public async ask(_roomArn: string, messages: readonly ChatMessage[], abortSignal: AbortSignal): Promise<ReadonlyMap<string, Verdict>> {
    const segments = messages.map(({ Content }) => segmentsOf(Content));
    const command = new DetectToxicContentCommand({ LanguageCode: 'en', TextSegments: segments.flat().map(Text => ({ Text })) });
    const { ResultList = [] } = await this.client.send(command, { abortSignal });
    const verdicts = new Map<string, Verdict>();
    let start = 0;
    messages.forEach(({ Id }, index) => {
      const { length } = segments[index];
      const results = ResultList.slice(start, start += length);
      const isComplete = results.length === length && results.every(({ Toxicity }) => typeof Toxicity === 'number');
      if (isComplete) verdicts.set(Id, this.verdictOf(results));
    });
    return verdicts;
  }

  /** The worst segment decides. */
  private verdictOf(results: ToxicLabels[]): Verdict {
    const worst = results.reduce((one, other) => other.Toxicity! > one.Toxicity! ? other : one);
    const [label] = [...worst.Labels ?? []].sort((one, other) => (other.Score ?? 0) - (one.Score ?? 0));
    return { isFlagged: worst.Toxicity! >= this.settings.threshold, score: scoreOf(worst.Toxicity), label: labelOf(label?.Name) };
  }
}
