import type { AppArguments } from './options';
import type { Progress } from './progress';
import { onStop } from '../app/stop';
import { LocalIvsChat } from '../testing/local-ivs-chat';

/**
 * Deploys the app, calls the function with it, and closes it. On Ctrl-C, closes it and ends the process with exit code 1.
 *
 * @param onStopped returns what to print after Ctrl-C
 */
export async function withApp<T>(
  { app, context, flaggedWords, issuers, load, serviceEndpoints }: AppArguments, progress: Progress, onStopped: () => string,
  use: (local: LocalIvsChat, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  let local: LocalIvsChat | undefined;
  onStop(() => {
    stopping.abort();
    progress.clear();
    console.error(onStopped());
    void (local?.close() ?? Promise.resolve()).finally(() => process.exit(1));
  });
  // A terminal or a program that reads the output may end first.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  progress.show('Deploying the app…');
  try {
    local = await LocalIvsChat.start({ ...load, app, context, flaggedWords, issuers, killOnExit: true, serviceEndpoints, throttle: false });
    return await use(local, stopping.signal);
  } finally {
    // The process ends when the app is closed. What is under way ends early or fails.
    if (stopping.signal.aborted) await new Promise(() => undefined);
    progress.clear();
    await local?.close();
  }
}
