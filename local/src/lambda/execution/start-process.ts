import { randomUUID } from 'node:crypto';
import { environmentVariables, type ProcessSettings } from './environment-variables';
import { describeExit, describeSpawnError } from './failure-messages';
import type { FunctionLog } from './function-log';
import type { OrphanCleanup } from './orphan-cleanup';
import { ProcessGroup } from './process-group';

export interface FunctionProcessSettings extends Omit<ProcessSettings, 'logStreamName' | 'runtimeApi'> {
  readonly orphanCleanup: OrphanCleanup;
}

/**
 * Starts the process of a function with its complete environment. Its output goes to the log.
 *
 * @param onExit called when the process has exited or could not be started, with the type and the message of the error in AWS
 */
export function startProcess(
  settings: FunctionProcessSettings, runtimeApi: string, log: FunctionLog, onExit: (errorType: string, message: string) => void,
): ProcessGroup {
  const { folder, orphanCleanup, runtime, version } = settings;
  return new ProcessGroup({
    command: runtime.command,
    arguments: runtime.arguments,
    directory: folder.task,
    environment: environmentVariables({ ...settings, logStreamName: logStreamName(version), runtimeApi }),
    hasLogPipe: runtime.kind !== 'provided',
    orphanCleanup,
  }, {
    onOutput: text => log.addOutput(text),
    onLogPipe: text => log.addPipeOutput(text),
    onLogPipeEnd: () => log.closePipe(),
    onStartFailure: code => onExit('Runtime.InvalidEntrypoint', describeSpawnError(code)),
    onExit: (code, signal) => onExit('Runtime.ExitError', describeExit(code, signal)),
  });
}

function logStreamName(version: string): string {
  return `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomUUID().replaceAll('-', '')}`;
}
