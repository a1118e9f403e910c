import { createRequire } from 'module';
import * as path from 'path';
import type * as assembly from '../../../local/src/app/assembly';
import type * as server from '../../../local/src/server';
import { printResult } from '../../local/worker/result';

/** One deployment: its time, and the successful and the throttled calls of the handler. */
export interface Deployment {
  readonly seconds: number;
  /** By operation. */
  readonly calls: Record<string, number>;
  readonly throttled: number;
}

// From the compiled local runtime in this directory.
const load = createRequire(path.join(process.cwd(), 'lib', 'index.js'));
const { loadAssembly } = load('./app/assembly.js') as typeof assembly;
const { LocalServer } = load('./server.js') as typeof server;

/** Creates, updates and deletes the stack, with each operation throttled to its documented rate. */
async function measureDeployments(created: string, updated: string): Promise<Deployment[]> {
  const [before] = loadAssembly(created);
  const [after] = loadAssembly(updated);
  const local = await LocalServer.start({ environment: before.environment, dataDirectory: path.join(process.cwd(), 'data') });
  let calls: Record<string, number> = {};
  let throttled = 0;
  local.liveLog.listen(({ data, kind }) => {
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
      await timed(() => local.deployment.deploy(before)),
      await timed(() => local.deployment.deploy(after)),
      await timed(() => local.deployment.destroy(before.name)),
    ];
  } finally {
    await local.close();
  }
}

void printResult(measureDeployments(process.argv[2], process.argv[3]));
