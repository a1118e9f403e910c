/** Deploys the integration tests, which are meant for an AWS account, to the local runtime and checks their assertions there. */
import * as fs from 'fs';
import * as path from 'path';
import type { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Stack, Stage } from 'aws-cdk-lib';
import { setHandlerTimeout } from '../support/deployed/custom-resources';
import { LocalRuntime } from '../support/deployed/local-runtime';

const folder = path.join(__dirname, '..', 'integ');
const tests = fs.readdirSync(folder).filter(file => /^integ\..*\.ts$/.test(file));

/** For tests that wait for the chat log, and for several functions to start. In milliseconds. */
const TIMEOUTS: Record<string, number> = { 'integ.chat-history.ts': 30_000 };

describe.each(tests)('%s', file => test('deploys, passes its assertions and is deleted', async () => {
  const { integ }: { integ: IntegTest } = jest.requireActual(path.join(folder, file));
  const runtime = await LocalRuntime.start();
  try {
    const app = Stage.of(integ)!;
    // Too short to wait for lists that lag behind, which those of the local runtime do not.
    for (const stack of app.node.findAll().filter(Stack.isStack)) {
      if (stack.node.tryFindChild('IVSChatCustomResources')) setHandlerTimeout(4, stack);
    }
    const assembly = app.synth();
    await runtime.local.deploy(assembly);
    const outputs = Object.values(runtime.local.outputs).flatMap(Object.entries<string>);
    const answers = outputs.filter(([name]) => name.startsWith('AssertionResults')).map(([, answer]) => answer);
    expect(new Set(answers)).toEqual(new Set(['{"status":"success"}']));
    for (const { stackName } of assembly.stacks.reverse()) await runtime.local.destroy(stackName);
    expect(runtime.local.rooms).toEqual([]);
  } finally {
    await runtime.stop();
  }
}, TIMEOUTS[file]));
