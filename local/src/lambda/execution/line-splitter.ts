/** Lambda has a limit of its own for a log event. This one keeps a terminal and a page readable, and bounds the memory of the live log. */
export const MAX_LINE_CHARACTERS = 32 * 1024;

/** Splits text that arrives in pieces into lines. Of a line that is too long, the beginning is kept. */
export class LineSplitter {
  private kept = '';
  private omitted = 0;

  constructor(private readonly onLine: (line: string) => void, private readonly maxCharacters = MAX_LINE_CHARACTERS) {}

  /** Looks at each character once: a line may arrive in many small pieces. */
  public add(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.append(text.slice(start, end));
      this.endLine();
      start = end + 1;
    }
    this.append(text.slice(start));
  }

  /** Ends an incomplete last line. */
  public close(): void {
    if (this.kept !== '') this.endLine();
  }

  private append(text: string): void {
    const free = this.maxCharacters - this.kept.length;
    this.kept += text.slice(0, free);
    this.omitted += Math.max(0, text.length - free);
  }

  private endLine(): void {
    const line = withOmission(this.kept, this.omitted);
    this.kept = '';
    this.omitted = 0;
    this.onLine(line);
  }
}

/** Shortens text of any length to that of a line. */
export function limitLine(text: string): string {
  return withOmission(text.slice(0, MAX_LINE_CHARACTERS), text.length - MAX_LINE_CHARACTERS);
}

/** Says how much is missing. Does not end in half a character. */
function withOmission(beginning: string, omitted: number): string {
  return omitted > 0 ? `${beginning.replace(/[\ud800-\udbff]$/, '')}… (${omitted} more characters)` : beginning;
}
