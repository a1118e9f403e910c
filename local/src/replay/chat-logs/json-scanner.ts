/** A JSON object of a log. */
export interface ScannedObject {
  readonly value: object;
  readonly line: number;
  /** Undefined for the first object of a line. */
  readonly column?: number;
}

/** A place of a log that could not be read. */
export interface ScanProblem {
  readonly problem: string;
  readonly line: number;
}

/** Far above the size of a record, which is a few kilobytes. More is another kind of file. */
const MAXIMUM_OBJECT_LENGTH = 4 * 1024 * 1024;

/** The lists of `aws logs filter-log-events`, and of subscriptions, whose elements are read one by one. */
const LIST_OF_EVENTS = /"(?:events|logEvents)"\s*:\s*$/;
const LONGEST_LIST_NAME = 64;

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const BYTE_ORDER_MARK = 0xfeff;

/** `remainder` is what follows the list of events in its object. */
type State = 'between' | 'object' | 'remainder' | 'skipped-line';

/**
 * Finds JSON objects in a text that arrives in chunks: one after the other with any or no delimiter, in lists, and after other text in their line,
 * such as the time that an export of CloudWatch Logs writes before each record. Holds no more than one object and one chunk.
 */
export class JsonScanner {
  private state: State = 'between';
  /** The current object as far as it is known. */
  private pending = '';
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  /** Open lists, whether they are in an object. */
  private readonly lists: boolean[] = [];
  private lineNumber = 1;
  private columnOffset = 0;
  private objectsInLine = 0;
  private hasOtherText = false;
  private startLine = 1;
  private startColumn?: number;

  /** The line that is read. */
  public get line(): number {
    return this.state === 'object' ? this.startLine : this.lineNumber;
  }

  public add(chunk: string): (ScannedObject | ScanProblem)[] {
    const found: (ScannedObject | ScanProblem)[] = [];
    const text = this.pending + chunk;
    let start = 0;
    for (let index = this.pending.length; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (this.state === 'between') {
        if (code === OPENING_BRACE) start = index;
        this.addBetween(code, index, found);
      } else if (this.state === 'skipped-line') {
        if (code === NEWLINE) this.state = 'between';
      } else if (this.isInString) {
        this.addToString(code, found);
      } else if (code === QUOTE) {
        this.isInString = true;
      } else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
        if (code === OPENING_BRACKET && this.isListOfEvents(text, start, index)) this.openList(true);
        else this.depth++;
      } else if ((code === CLOSING_BRACE || code === CLOSING_BRACKET) && --this.depth === 0) {
        this.endObject(text, start, index + 1, found);
      }
      if (code === NEWLINE) this.startLineAfter(index);
    }
    if (this.state === 'object' && text.length - start > MAXIMUM_OBJECT_LENGTH) {
      found.push({ line: this.startLine, problem: 'starts an object of more than 4 MB' });
      this.leaveObject('skipped-line');
    }
    const end = this.state === 'object' ? start : text.length;
    this.pending = text.slice(end);
    this.columnOffset += end;
    return found;
  }

  /** Must be the last call. */
  public end(): ScanProblem[] {
    if (this.state === 'object') return [{ line: this.startLine, problem: 'is cut off' }];
    if (this.state === 'remainder' || this.lists.length > 0) return [{ line: this.lineNumber, problem: 'is cut off: its list does not end' }];
    return this.hasOtherText ? [{ line: this.lineNumber, problem: 'is not JSON' }] : [];
  }

  private addBetween(code: number, index: number, found: (ScannedObject | ScanProblem)[]): void {
    if (code === OPENING_BRACE) {
      this.state = 'object';
      this.depth = 1;
      this.startLine = this.lineNumber;
      this.startColumn = this.objectsInLine++ > 0 ? this.columnOffset + index + 1 : undefined;
    } else if (code === OPENING_BRACKET && !this.hasOtherText) {
      this.openList(false);
    } else if (code === CLOSING_BRACKET && this.lists.length > 0) {
      this.depth = 1;
      if (this.lists.pop()) this.state = 'remainder';
    } else if (code === NEWLINE) {
      if (this.hasOtherText) found.push({ line: this.lineNumber, problem: 'is not JSON' });
      this.hasOtherText = false;
    } else if (code > 32 && code !== COMMA && code !== BYTE_ORDER_MARK) {
      this.hasOtherText = true;
    }
  }

  /** JSON has no line breaks in strings, so reading can continue in the next line. */
  private addToString(code: number, found: (ScannedObject | ScanProblem)[]): void {
    if (code === NEWLINE) {
      found.push({ line: this.lineNumber, problem: 'is cut off' });
      this.leaveObject('between');
    } else if (this.isEscaped) {
      this.isEscaped = false;
    } else if (code === BACKSLASH) {
      this.isEscaped = true;
    } else if (code === QUOTE) {
      this.isInString = false;
    }
  }

  private isListOfEvents(text: string, start: number, index: number): boolean {
    return this.state === 'object' && this.depth === 1 && LIST_OF_EVENTS.test(text.slice(Math.max(start, index - LONGEST_LIST_NAME), index));
  }

  private openList(isInObject: boolean): void {
    this.lists.push(isInObject);
    this.leaveObject('between');
  }

  private endObject(text: string, start: number, end: number, found: (ScannedObject | ScanProblem)[]): void {
    if (this.state === 'object') {
      try {
        found.push({ value: JSON.parse(text.slice(start, end)) as object, line: this.startLine, column: this.startColumn });
      } catch {
        // The message of the error quotes the text.
        found.push({ line: this.startLine, problem: 'is not valid JSON' });
      }
    }
    this.leaveObject('between');
  }

  private leaveObject(state: State): void {
    this.state = state;
    this.isInString = false;
    this.isEscaped = false;
    this.hasOtherText = false;
  }

  private startLineAfter(index: number): void {
    this.lineNumber++;
    this.objectsInLine = 0;
    this.columnOffset = -(index + 1);
  }
}
