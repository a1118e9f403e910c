import type { Deliver, RuntimeInvocation } from './runtime-api';

export interface Outcome {
  readonly payload: string;
  readonly functionError?: string;
  readonly logTail: string;
}

/** An invocation whose caller waits for the outcome. */
export interface Task {
  readonly invocation: RuntimeInvocation;
  /** Called with undefined if the process exits before it receives the invocation. */
  readonly settle: (outcome: Outcome | undefined) => void;
}

export type ProcessState =
  /** The process has not requested its first invocation yet. */
  | { readonly phase: 'initializing'; readonly task?: Task }
  /** `deliver` answers the pending request of the process for its next invocation. */
  | { readonly phase: 'idle'; readonly deliver?: Deliver }
  /** The process has not requested this invocation yet. */
  | { readonly phase: 'waiting'; readonly task: Task }
  /** The process may request its next invocation before the log of this one is complete. */
  | { readonly phase: 'running'; readonly task: Task; readonly startedAt: number; readonly deliver?: Deliver }
  | { readonly phase: 'exited' };

/** The state after the invocation of a process that goes on is settled. */
export function withoutTask(state: ProcessState): ProcessState {
  if (state.phase === 'initializing') return { phase: 'initializing' };
  return { phase: 'idle', deliver: state.phase === 'running' ? state.deliver : undefined };
}
