import { sanitizeLine } from '../../live-log/one-line';

interface FunctionFailure {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/** Describes an error that a runtime has reported. Custom runtimes may report something else than JSON. */
export function describeError(body: string): string {
  let failure: FunctionFailure | null;
  try {
    failure = JSON.parse(body) as FunctionFailure | null;
  } catch {
    return sanitizeLine(body);
  }
  return sanitizeLine(`${failure?.errorType ?? 'Unknown'}: ${failure?.errorMessage ?? ''}`);
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

/** Explains why a function that works in AWS fails here, if the reason is known. */
export function explainFailure(message: string): string | undefined {
  // The last two are those of AwsCustomResource of the CDK.
  const sdk = /(?:Cannot find (?:module|package) '|client package with name '|^Package )(@(?:aws-sdk|smithy)\/[^/' ]+)/.exec(message)?.[1];
  if (sdk) return `The Lambda runtime includes ${sdk}, which is not installed here: bundle it with the function, or install it next to ivschat-local.`;
  if (/No module named '(boto3|botocore)'/.test(message)) return 'The Lambda runtime includes boto3, which is not installed here: bundle it with the function, or install it for python3.';
  return undefined;
}
