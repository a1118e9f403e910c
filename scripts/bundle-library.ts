/**
 * Replaces the compiled files of lib/ by one, which loads faster and is smaller. The declarations that the public API refers to stay, with
 * the comments.
 *
 * It bundles the sources and not the output of jsii, because CommonJS needs a wrapper for each file. What jsii adds to them is added here.
 */
import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { buildSync } from 'esbuild';

interface Assembly {
  readonly version: string;
  readonly types: Readonly<Record<string, { readonly kind: 'class' | 'enum' | 'interface'; readonly name: string }>>;
}

const { types, version } = JSON.parse(gunzipSync(fs.readFileSync('.jsii.gz')).toString()) as Assembly;
const classes = Object.entries(types).filter(([, { kind }]) => kind === 'class').map(([fqn, { name }]) => ({ fqn, name }));

// By this property the runtime of jsii and the CDK know the type of an object.
const entry = `
import { ${classes.map(({ name }) => name).join(', ')} } from './src';
export * from './src';
for (const [type, fqn] of [${classes.map(({ fqn, name }) => `[${name}, '${fqn}']`).join(', ')}] as const) {
  Object.defineProperty(type, Symbol.for('jsii.rtti'), { value: { fqn, version: '${version}' }, enumerable: true });
}`;

for (const file of fs.readdirSync('lib', { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.js')) fs.rmSync(path.join('lib', file));
}
buildSync({
  stdin: { contents: entry, loader: 'ts', resolveDir: path.resolve('.') },
  outfile: path.join('lib', 'index.js'),
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  minify: true,
  // Stack traces have the names of classes and functions.
  keepNames: true,
  logLevel: 'warning',
});

const needed = new Set<string>();

/** Adds a file of declarations, and those that it imports. */
function need(file: string): void {
  if (needed.has(file)) return;
  needed.add(file);
  for (const [, module] of fs.readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]+)['"]/g)) need(`${path.join(path.dirname(file), module)}.d.ts`);
}

need(path.join('lib', 'index.d.ts'));
for (const file of fs.readdirSync('lib', { recursive: true, encoding: 'utf8' }).map(name => path.join('lib', name))) {
  if (file.endsWith('.d.ts') && !needed.has(file)) fs.rmSync(file);
}
