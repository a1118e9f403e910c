import { limitLine } from './line-splitter';
import { BOOTSTRAP } from './runtimes';
import { parseJson } from '../../http/parse-json';
import { textOf } from '../../http/text-of';
import { sanitizeLine } from '../../live-log/one-line';

/** An error that a runtime has reported. */
export interface ReportedError {
  /** One line. */
  readonly description: string;
  /** The calls that led to it. */
  readonly trace?: string;
}

/**
 * Reads the report of an error. Custom runtimes may report something else than JSON, or other members.
 *
 * @param taskFolder shown as `/var/task`
 */
export function readError(body: string, taskFolder: string): ReportedError {
  let report: unknown;
  try {
    report = parseJson(body);
  } catch {
    return { description: sanitizeLine(limitLine(body)) };
  }
  const { errorMessage = '', errorType = 'Unknown', stackTrace, trace } = Object(report) as Record<string, unknown>;
  const calls = nodeCalls(trace) ?? pythonCalls(stackTrace);
  return {
    description: sanitizeLine(limitLine(`${textOf(errorType)}: ${textOf(errorMessage)}`)),
    // Indented, so that no line of it looks like an entry of the live log.
    trace: calls && limitLine(calls.replaceAll(taskFolder, '/var/task').replace(/^(?! {2})/gm, '  ')),
  };
}

/** Without the message and our own calls. */
function nodeCalls(trace: unknown): string | undefined {
  const calls = stringsOf(trace).filter(line => /^\s+at /.test(line) && !/\(node:internal|^\s+at node:internal/.test(line));
  return calls.length > 0 ? calls.join('\n') : undefined;
}

/** Without our own calls. Each has two lines. */
function pythonCalls(stackTrace: unknown): string | undefined {
  const calls = stringsOf(stackTrace).map(call => call.trimEnd());
  return calls.length > 0 ? ['  Traceback (most recent call last):', ...calls].join('\n') : undefined;
}

const PYTHON_IMPORT = /<frozen importlib|importlib\/__init__\.py/;

function stringsOf(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.filter(item => typeof item === 'string').filter(item => !item.includes(BOOTSTRAP) && !PYTHON_IMPORT.test(item));
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
