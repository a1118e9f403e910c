import { oneLine } from './function-log';

interface FunctionFailure {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/** What a runtime says of an error is JSON, unless it is a custom runtime's own idea. */
export function describeError(body: string): string {
  let failure: FunctionFailure | null;
  try {
    failure = JSON.parse(body) as FunctionFailure | null;
  } catch {
    return oneLine(body);
  }
  return oneLine(`${failure?.errorType ?? 'Unknown'}: ${failure?.errorMessage ?? ''}`);
}

const SIGNALS: Readonly<Record<string, string>> = { SIGABRT: 'aborted', SIGKILL: 'killed', SIGSEGV: 'segmentation fault', SIGTERM: 'terminated' };

export function describeExit(code: number | null, signal: string | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}

const SPAWN_ERRORS: Readonly<Record<string, string>> = { EACCES: 'permission denied', ENOENT: 'no such file or directory', ENOEXEC: 'exec format error' };

export function describeSpawnError(code = 'unknown error'): string {
  return `Couldn't find valid bootstrap: fork/exec /var/task/bootstrap: ${SPAWN_ERRORS[code] ?? code}`;
}

/** Why a function that works in AWS may fail here. */
export function explain(message: string): string | undefined {
  const sdk = /Cannot find (?:module|package) '(@(?:aws-sdk|smithy)\/[^/']+)/.exec(message)?.[1];
  if (sdk) return `Lambda's own runtime has ${sdk}, this machine has not: bundle it with the function, or install it beside ivschat-local.`;
  if (/No module named '(boto3|botocore)'/.test(message)) return 'Lambda\'s own runtime has boto3, the python3 of this machine has not: install it there.';
  return undefined;
}
