import * as fs from 'fs';
import * as path from 'path';
import { Token } from 'aws-cdk-lib';
import { validateText, validateTexts } from '../private/argument-types';
import { lit, validationError } from '../private/errors';

/**
 * Words and phrases that a message filter finds.
 *
 * Each entry is a word or a phrase, such as `darn` or `shut up`. `*` stands for the rest of a word: `idiot*` also finds "idiots", and
 * `*scheiße*` finds the word within others. An entry that starts with `!` is an exemption: with `!Dick van Dyke`, this phrase passes
 * although the list contains `dick`. Entries ignore case and the ways to disguise a word.
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/message-filter.md
 */
export class WordList {
  /**
   * Reads a text file in UTF-8 with one entry in each line. Lines that start with `#` are comments.
   *
   * Throws if the file does not exist or is not in UTF-8.
   *
   * @param file path of the file, relative to the current directory of the process
   */
  public static fromFile(file: string): WordList {
    validateText(undefined, 'file', file, 'pass the path of a text file such as "blocked.txt"');
    const absolute = path.resolve(file);
    if (!fs.existsSync(absolute) || !fs.statSync(absolute).isFile()) {
      throw validationError(undefined, lit`WordListMissing`,
        `file must be an existing file, got ${absolute}: create it, or pass a path that is absolute or relative to ${process.cwd()}`);
    }
    const text = fs.readFileSync(absolute, 'utf8');
    const lines = text.split(/\r?\n/);
    const invalid = lines.findIndex(line => line.includes('\ufffd'));
    if (invalid >= 0) {
      throw validationError(undefined, lit`WordListNotUtf8`,
        `file must be encoded in UTF-8, got other bytes in ${absolute}:${invalid + 1}: save the file in UTF-8`);
    }
    return new WordList(lines, line => `${absolute}:${line}`);
  }

  /**
   * A list of the given entries.
   *
   * @param entries the words and phrases: at least one
   */
  public static of(...entries: string[]): WordList {
    validateTexts(undefined, 'entries', entries, '\'idiot*\'');
    const token = entries.findIndex(entry => Token.isUnresolved(entry));
    if (token >= 0) {
      throw validationError(undefined, lit`WordIsToken`,
        `entries[${token}] must be known at synthesis, got a token: pass the word itself`);
    }
    return new WordList(entries, line => `entries[${line - 1}]`);
  }

  private constructor(
    /** @internal */
    public readonly _lines: readonly string[],
    /**
     * Where a line is defined, for error messages. The first line is 1.
     *
     * @internal
     */
    public readonly _locationOf: (line: number) => string,
  ) {}
}
