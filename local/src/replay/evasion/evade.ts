import { type Disguise, DISGUISES, PLAIN } from './disguises';
import type { WordsToTry } from './filter-words';
import { INNOCENTS } from './innocents';
import { startHandler, type Reviewer } from '../reviewer';

/** Words of a list that are tried. A list can have thousands, and each is sent in each disguise. */
export const DEFAULT_SAMPLE = 100;
const MAXIMUM_EXAMPLES = 3;

export interface Evasion {
  readonly reviewer: Reviewer;
  readonly words: WordsToTry;
  /** Maximum number of blocked words. */
  readonly sample: number;
  /** Further phrases that must not be found. */
  readonly innocents?: readonly string[];
  /** Receives the number of messages that were sent, and of all. */
  readonly onProgress?: (sent: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Words in one disguise, which the handler should all treat alike. */
export interface EvasionCount {
  readonly sent: number;
  readonly wrong: number;
  /** The words before they were disguised. */
  readonly examples: readonly string[];
}

export interface EvasionRow {
  readonly disguise: string;
  /** Blocked words: those that the handler allows are wrong. */
  readonly blocked: EvasionCount;
  /** Innocent words: those that the handler finds are wrong. */
  readonly innocent: EvasionCount;
}

export interface EvasionResult {
  /** ARN of the review handler. */
  readonly handler: string;
  readonly rows: readonly EvasionRow[];
  readonly words: { readonly tried: number; readonly all: number };
  readonly innocents: number;
  /** Numbers of messages, without those that failed. */
  readonly sent: { readonly blocked: number; readonly innocent: number };
  readonly slipped: number;
  readonly mistakes: number;
  /** Messages for which the handler did not respond as it should. They count as neither. */
  readonly failed: number;
}

/**
 * Sends blocked and innocent words in disguises to a review handler, and counts those that it misses or finds by mistake. Those that it treats
 * wrongly as they are written are not disguised.
 *
 * Throws if the handler cannot start.
 */
export async function evade(evasion: Evasion): Promise<EvasionResult> {
  const { innocents: more = [], reviewer, sample, words } = evasion;
  const blocked = sampleOf(words.blocked, sample);
  const listed = new Set(words.blocked.map(word => word.toLowerCase()));
  const innocents = [...new Set([...INNOCENTS, ...words.allowed, ...more])].filter(word => !listed.has(word.toLowerCase()));
  await startHandler(reviewer);

  const trial = new Trial(evasion, (1 + DISGUISES.length) * (blocked.length + innocents.length));
  const plain = { blocked: await trial.run(blocked, PLAIN, true), innocents: await trial.run(innocents, PLAIN, false) };
  const rows: EvasionRow[] = [{ disguise: PLAIN.name, blocked: countOf(plain.blocked), innocent: countOf(plain.innocents) }];
  for (const disguise of DISGUISES) {
    rows.push({
      disguise: disguise.name,
      blocked: countOf(await trial.run(plain.blocked.right, disguise, true)),
      innocent: countOf(await trial.run(plain.innocents.right, disguise, false)),
    });
  }
  const sumOf = (list: 'blocked' | 'innocent', count: 'sent' | 'wrong') => rows.reduce((sum, row) => sum + row[list][count], 0);
  return {
    handler: reviewer.room.messageReviewHandler.uri,
    rows,
    words: { tried: blocked.length, all: words.blocked.length },
    innocents: innocents.length,
    sent: { blocked: sumOf('blocked', 'sent'), innocent: sumOf('innocent', 'sent') },
    slipped: sumOf('blocked', 'wrong'),
    mistakes: sumOf('innocent', 'wrong'),
    failed: trial.failed,
  };
}

/** Sends words and counts the answers. */
class Trial {
  public failed = 0;
  private done = 0;

  constructor(private readonly evasion: Evasion, private readonly total: number) {}

  /** @param isExpected whether the handler should find the words */
  public async run(words: readonly string[], disguise: Disguise, isExpected: boolean): Promise<Answers> {
    const { onProgress, reviewer, signal } = this.evasion;
    const answers: Answers = { right: [], wrong: [] };
    for (const word of words) {
      if (signal?.aborted) break;
      onProgress?.(++this.done, this.total);
      const disguised = disguise.apply(word);
      // The word has nothing that this disguise changes.
      if (disguised === word && disguise !== PLAIN) continue;
      const isFound = await findsMessage(reviewer, disguised);
      if (isFound === undefined) this.failed++;
      else if (isFound === isExpected) answers.right.push(word);
      else answers.wrong.push(word);
    }
    return answers;
  }
}

/** Words before they were disguised, by whether the handler treated them as it should. */
interface Answers {
  readonly right: string[];
  readonly wrong: string[];
}

function countOf({ right, wrong }: Answers): EvasionCount {
  return { sent: right.length + wrong.length, wrong: wrong.length, examples: wrong.slice(0, MAXIMUM_EXAMPLES) };
}

/** Evenly distributed, because lists are sorted. */
function sampleOf(words: readonly string[], size: number): string[] {
  return words.length <= size ? [...words] : Array.from({ length: size }, (_, index) => words[Math.floor(index * words.length / size)]);
}

/** Whether the handler denies, masks or counts a message. Undefined if the fallback result decided. */
async function findsMessage(reviewer: Reviewer, content: string): Promise<boolean | undefined> {
  const { metrics, problem, result } = await reviewer.reviewFairly({ content, attributes: {}, sender: { userId: 'evade', attributes: {} } });
  return problem === undefined ? result !== 'ALLOW' || metrics.countedRules.length > 0 : undefined;
}
