import * as fs from 'fs';
import * as path from 'path';

const SRC = path.join(__dirname, '..', '..', 'src');

/**
 * Loads the library a second time, as in an app of which two packages have their own copy of it. Both copies use the same
 * aws-cdk-lib.
 */
export function secondCopy(): typeof import('../../src') {
  const shared = sharedModules().map(name => ({ name, exports: jest.requireActual(name) }));
  let copy: typeof import('../../src');
  jest.isolateModules(() => {
    for (const { name, exports } of shared) jest.doMock(name, () => exports);
    copy = jest.requireActual('../../src');
  });
  for (const { name } of shared) jest.dontMock(name);
  return copy!;
}

/** The modules of aws-cdk-lib and constructs that the library imports. */
function sharedModules(): string[] {
  const sources = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
    .map(file => fs.readFileSync(path.join(SRC, file), 'utf8')).join('\n');
  return [...new Set([...sources.matchAll(/from '((?:aws-cdk-lib|constructs)[^']*)'/g)].map(([, name]) => name))];
}
