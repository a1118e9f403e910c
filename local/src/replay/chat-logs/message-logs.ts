import * as path from 'node:path';
import { findLogFiles, type LogFile } from './log-files';
import { type MessageToReview, readRecord } from './log-record';
import { scanFile } from './scan-file';
import { ExpectedError } from '../../expected-error';
import type { LogPlace, LogProblem } from '../result';

/** Problems that are reported with their places. All are counted. */
const MAXIMUM_PROBLEMS = 20;

const FORMATS = 'use the folder .ivschat-local, files of the bucket, the output of "aws logs filter-log-events", or labelled cases';

export interface MessageOfLog {
  readonly place: LogPlace;
  readonly message: MessageToReview;
  /** Whether a moderator deleted it. */
  readonly isDeleted: boolean;
}

/**
 * The messages of logs. They are read twice: first to find mistakes, deletions and the number of messages, then message by message for the
 * reviews, so that logs of any size need little memory.
 */
export class MessageLogs {
  /**
   * Reads logs for the first time.
   *
   * Throws if a file does not exist or is not a log, a labelled case is not valid, or there is no message.
   */
  public static async open(logs: readonly string[]): Promise<MessageLogs> {
    const found = new MessageLogs(findLogFiles(logs));
    const ids = new Set<string>();
    for (const file of found.files) await found.survey(file, ids);
    if (found.messageCount === 0) throw new ExpectedError(`LOG must contain messages, got none in ${logs.join(', ')}${found.emptyReason()}: ${FORMATS}.`);
    return found;
  }

  public messageCount = 0;
  /** Messages that are in the logs more than once, such as those of a room with two destinations. */
  public duplicateCount = 0;
  /** Records that are not of a chat log. */
  public otherCount = 0;
  public problemCount = 0;
  public readonly problems: LogProblem[] = [];
  private readonly deletedIds = new Set<string>();

  private constructor(private readonly files: readonly LogFile[]) {}

  public get fileCount(): number {
    return this.files.length;
  }

  /** Reads the messages again. */
  public async *messages(): AsyncGenerator<MessageOfLog> {
    const ids = new Set<string>();
    for (const { path: file } of this.files) {
      for await (const found of scanFile(file)) {
        if (!('value' in found)) continue;
        const place: LogPlace = { file, line: found.line, column: found.column };
        const record = readRecord(found.value, () => describePlace(place));
        if (record.kind !== 'message' && record.kind !== 'case') continue;
        const { message } = record;
        if (isNew(message, ids)) yield { place, message, isDeleted: message.id !== undefined && this.deletedIds.has(message.id) };
      }
    }
  }

  private async survey({ isNamed, path: file }: LogFile, ids: Set<string>): Promise<void> {
    let objects = 0;
    let problemCount = 0;
    const problems: LogProblem[] = [];
    for await (const found of scanFile(file)) {
      if ('value' in found) {
        objects++;
        this.count(found.value, { file, line: found.line, column: found.column }, ids);
      } else {
        problemCount++;
        if (problems.length < MAXIMUM_PROBLEMS) problems.push({ file, line: found.line, problem: found.problem });
      }
    }
    const [first] = problems;
    if (!first) return;
    if (objects > 0) return this.addProblems(problemCount, problems);
    if (isNamed) throw new ExpectedError(`LOG must be a chat log, got ${file}, of which line ${first.line} ${first.problem}: ${FORMATS}.`);
    this.addProblems(1, [{ file, line: 1, problem: 'is not in a chat log' }]);
  }

  private count(value: object, place: LogPlace, ids: Set<string>): void {
    const record = readRecord(value, () => describePlace(place));
    if (record.kind === 'other') this.otherCount++;
    if (record.kind === 'deletion') this.deletedIds.add(record.messageId);
    if (record.kind !== 'message' && record.kind !== 'case') return;
    if (isNew(record.message, ids)) this.messageCount++;
    else this.duplicateCount++;
  }

  private addProblems(count: number, problems: readonly LogProblem[]): void {
    this.problemCount += count;
    this.problems.push(...problems.slice(0, MAXIMUM_PROBLEMS - this.problems.length));
  }

  private emptyReason(): string {
    const [problem] = this.problems;
    if (problem) return `, where ${describePlace(problem)} ${problem.problem}`;
    if (this.otherCount > 0) return `, only ${this.otherCount} other records`;
    return this.files.length === 0 ? ', where there are no files' : '';
  }
}

function isNew({ id }: MessageToReview, ids: Set<string>): boolean {
  if (id === undefined) return true;
  if (ids.has(id)) return false;
  ids.add(id);
  return true;
}

/** The place as editors and terminals understand it. */
export function describePlace({ column, file, line }: LogPlace): string {
  return `${path.normalize(file)}:${line}${column === undefined ? '' : `:${column}`}`;
}
