import * as path from 'node:path';
import { LambdaHarness } from '../support/lambda-harness';
import { writeFile } from '../support/write-file';
import { writeZip } from '../support/zip';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

test('a Node.js function finds packages of its layers, of which the last wins', async () => {
  const first = harness.write('first', { 'nodejs/node_modules/one/index.js': 'module.exports = 1;', 'nodejs/node_modules/two/index.js': 'module.exports = 1;' });
  const second = writeZip(path.join(harness.folder, 'second.zip'), [
    { name: 'nodejs/node_modules/two/index.js', content: 'module.exports = 2;' },
    { name: `nodejs/node${process.versions.node.split('.')[0]}/node_modules/three/index.js`, content: 'module.exports = 3;' },
    { name: 'bin/tool', content: '#!/bin/sh\necho 4', mode: 0o100_755 },
  ]);
  await harness.put({
    'index.js': `
    const { execSync } = require('node:child_process');
    exports.handler = async () => [require('one'), require('two'), require('three'), Number(execSync('tool'))];`,
  },
  { layers: [{ directory: first }, { archive: second }] });
  expect(await harness.invoke()).toEqual([1, 2, 3, 4]);
});

test('a Python function finds modules of its layers after its own', async () => {
  const layer = harness.write('layer', { 'python/shared.py': 'value = 1', 'python/own.py': 'value = 1', 'python/lib/python3.11/site-packages/installed.py': 'value = 3' });
  await harness.put({
    'own.py': 'value = 2',
    'index.py': 'import installed, own, shared\ndef handler(event, context): return [shared.value, own.value, installed.value]',
  }, { runtime: 'python3.11', layers: [{ directory: layer }] });
  expect(await harness.invoke()).toEqual([1, 2, 3]);
});

test('a function from a zip file; its bootstrap stays executable', async () => {
  const code = { archive: writeZip(path.join(harness.folder, 'code.zip'), [{ name: 'index.js', content: 'exports.handler = async () => "zipped";' }]) };
  await harness.put('', { code });
  expect(await harness.invoke()).toBe('zipped');
  const bootstrap = '#!/bin/sh\necho started >&2\nexit 3';
  await harness.put('', {
    functionName: 'Provided', runtime: 'provided.al2023', code: { archive: writeZip(code.archive, [{ name: 'bootstrap', content: bootstrap, mode: 0o100_755 }]) },
  });
  expect(await harness.invoke({}, 'Provided')).toMatchObject({ errorMessage: expect.stringContaining('exit status 3') });
});

test('fails for a zip file that cannot be read, and for a layer that does not exist', async () => {
  const archive = writeFile(harness.folder, 'code.zip', 'text');
  await expect(harness.put('', { code: { archive } })).rejects.toThrow(`Code of the function Function must be a zip file that can be read, got ${archive}: `);
  await expect(harness.put('', { layers: [{ directory: '/nowhere' }] })).rejects.toThrow('A layer of the function Function must be a folder on this machine, got /nowhere');
});
