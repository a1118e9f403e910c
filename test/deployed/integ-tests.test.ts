/** Deploys the integration tests, which are meant for an AWS account, to the local runtime and checks their assertions there. */
import * as fs from 'fs';
import * as path from 'path';
import type { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Stage } from 'aws-cdk-lib';
import { loadAssembly } from '../../local/src/app/assembly';
import { LocalRuntime } from '../support/deployed/local-runtime';

const folder = path.join(__dirname, '..', 'integ');
const tests = fs.readdirSync(folder).filter(file => /^integ\..*\.ts$/.test(file));

test.each(tests)('%s', async file => {
  const { integ }: { integ: IntegTest } = jest.requireActual(path.join(folder, file));
  const runtime = await LocalRuntime.start();
  try {
    const stacks = loadAssembly(Stage.of(integ)!.synth().directory, {});
    const answers: string[] = [];
    for (const stack of stacks) {
      const { outputs } = await runtime.server.deployment.deploy(stack);
      answers.push(...Object.entries(outputs).filter(([name]) => name.startsWith('AssertionResults')).map(([, answer]) => answer));
    }
    expect(new Set(answers)).toEqual(new Set(['{"status":"success"}']));
    for (const { name } of stacks.reverse()) await runtime.server.deployment.destroy(name);
    expect(runtime.server.controlPlane.listRooms()).toEqual([]);
  } finally {
    await runtime.stop();
  }
});
