/** The start of a process, until it requests its first invocation. */
export class Initialization {
  /** Rejects with an error message if the process fails before that. */
  public readonly completed: Promise<void>;
  /** The report of an error by the runtime. */
  public reportedError?: string;

  private resolve!: () => void;
  private reject!: (error: Error) => void;

  constructor() {
    this.completed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // A rejection that no caller awaits must not end the server.
    this.completed.catch(() => {});
  }

  public complete(): void {
    this.resolve();
  }

  /** Without effect on a process that has completed it. */
  public fail(message: string): void {
    this.reject(new Error(message));
  }
}
