import * as fs from 'node:fs';
import { ExpectedError } from '../expected-error';

/** The words that judges flag, one in each line of a file. Read for each judgement, so that changes apply at once. */
export class FlaggedWords {
  /** @param file without it, nothing is flagged */
  constructor(private readonly file: string | undefined) {
    if (file !== undefined) this.words();
  }

  /** What is flagged, for messages. */
  public get description(): string {
    return this.file === undefined ? 'nothing, because --flagged-words names no file' : `the words of ${this.file}`;
  }

  /** Returns the first flagged word in the text, in any case. */
  public find(text: string): string | undefined {
    const lowerCase = text.toLowerCase();
    return this.words().find(word => lowerCase.includes(word.toLowerCase()));
  }

  private words(): string[] {
    if (this.file === undefined) return [];
    try {
      return fs.readFileSync(this.file, 'utf8').split('\n').map(line => line.trim()).filter(word => word !== '');
    } catch (error) {
      throw new ExpectedError(`--flagged-words must be a file with one word in each line, got ${this.file}: ${(error as Error).message}`);
    }
  }
}
