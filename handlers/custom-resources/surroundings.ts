/** What the handler takes from outside itself. Tests hand in a clock of their own, so that they wait for nothing. */
export interface Surroundings {
  /** Milliseconds since any fixed moment. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
  log(line: string): void;
}
