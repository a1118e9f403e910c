import { printResult } from '../../local/worker/result';
import { startIvsChat } from 'ivschat-local';

/** One deployment: its time, and the successful and the throttled calls of the handler. */
export interface Deployment {
  readonly seconds: number;
  /** By operation. */
  readonly calls: Record<string, number>;
  readonly throttled: number;
}

/** Creates, updates and deletes the stack, with each operation throttled to its documented rate. */
async function measureDeployments(created: string, updated: string): Promise<Deployment[]> {
  // The compiled local runtime in the directory of this program.
  const local = await startIvsChat({ app: false });
  let calls: Record<string, number> = {};
  let throttled = 0;
  local.onLogEntry(({ data, kind }) => {
    const { operation, status } = (data ?? {}) as { operation?: string; status?: number };
    if (kind !== 'request' || operation === undefined || !/^(Get|List|Update)Room/.test(operation)) return;
    if (status === 429) throttled++;
    else calls[operation] = (calls[operation] ?? 0) + 1;
  });
  const timed = async (deploy: () => Promise<unknown>): Promise<Deployment> => {
    [calls, throttled] = [{}, 0];
    const start = performance.now();
    await deploy();
    return { seconds: (performance.now() - start) / 1000, calls, throttled };
  };
  try {
    return [
      await timed(() => local.deploy(created)),
      await timed(() => local.deploy(updated)),
      await timed(() => local.destroy('Rooms')),
    ];
  } finally {
    await local.close();
  }
}

void printResult(measureDeployments(process.argv[2], process.argv[3]));
