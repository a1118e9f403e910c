import type { Clock } from '../../src/ivschat/clock';

/** Stands still until a test moves it. */
export class TestClock implements Clock {
  private elapsed = 0;

  constructor(private time: number) {}

  public now(): number {
    return this.time;
  }

  public monotonic(): number {
    return this.elapsed;
  }

  public advance(milliseconds: number): void {
    this.time += milliseconds;
    this.elapsed += milliseconds;
  }

  /** Changes the time of day, as setting the clock of the machine does. */
  public set(time: number): void {
    this.time = time;
  }
}
