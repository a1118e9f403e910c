/** Receivers that wait until a message becomes visible. */
export class VisibilityWaiters {
  private readonly waiting = new Set<() => void>();

  /** Resolves when a message becomes visible, after the time, or if the signal is aborted. */
  public async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => {
      // Node.js ends a longer timer at once.
      const timer = setTimeout(end, Math.min(milliseconds, 2 ** 31 - 1));
      const { waiting } = this;
      function end(): void {
        clearTimeout(timer);
        waiting.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      }
      waiting.add(end);
      signal.addEventListener('abort', end);
    });
  }

  public wake(): void {
    for (const end of [...this.waiting]) end();
  }
}
