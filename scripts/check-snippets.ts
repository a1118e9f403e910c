/**
 * Compiles every TypeScript snippet of README.md, docs/ and the @example tags with jsii-rosetta, in strict mode.
 *
 * Rosetta reads the README inside the compiled assembly. It gets a copy of the assembly whose README is the current text of all
 * pages, so that docs/ is checked too, and so is a README that has changed since the last compilation.
 *
 * Code of functions, clients and tests does not use the library and cannot be translated, which Rosetta insists on. It is in
 * snippets of the language `mts`, which TypeScript compiles as they are.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as zlib from 'zlib';

const root = path.join(__dirname, '..');
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'snippets-'));

function pagesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => path.join(folder, file));
}

try {
  const assembly = JSON.parse(zlib.gunzipSync(fs.readFileSync(path.join(root, '.jsii.gz'))).toString());
  const pages = [path.join(root, 'README.md'), ...pagesBelow(path.join(root, 'docs'))];
  assembly.readme = { markdown: pages.map(page => fs.readFileSync(page, 'utf8')).join('\n\n') };
  fs.writeFileSync(path.join(directory, '.jsii'), JSON.stringify(assembly));
  fs.copyFileSync(path.join(root, 'package.json'), path.join(directory, 'package.json'));
  for (const folder of ['lib', 'rosetta']) fs.symlinkSync(path.join(root, folder), path.join(directory, folder));

  // Snippets import the library by its name, and the dependencies of the checkout.
  fs.mkdirSync(path.join(directory, 'node_modules'));
  for (const name of fs.readdirSync(path.join(root, 'node_modules'))) {
    if (!name.startsWith('.')) fs.symlinkSync(path.join(root, 'node_modules', name), path.join(directory, 'node_modules', name));
  }
  fs.symlinkSync(directory, path.join(directory, 'node_modules', assembly.name));
  // The source of the review kit, so that it need not be compiled.
  const review = path.join(directory, 'node_modules', 'ivschat-review');
  fs.mkdirSync(review);
  fs.writeFileSync(path.join(review, 'package.json'), JSON.stringify({ name: 'ivschat-review', types: 'src/index.ts' }));
  fs.symlinkSync(path.join(root, 'review', 'src'), path.join(review, 'src'));

  const standalone = pages.flatMap(page => [...fs.readFileSync(page, 'utf8').matchAll(/^```mts\n(.*?)^```/gms)].map(([, code]) => code));
  const files = standalone.map((_, index) => path.join(directory, `snippet-${index}.mts`));
  for (const [index, file] of files.entries()) fs.writeFileSync(file, standalone[index]);
  const tsc = spawnSync('tsc', [
    '--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--types', 'node', ...files,
  ], { stdio: 'inherit' });

  const { status } = spawnSync('jsii-rosetta', ['extract', '--strict', '--directory', directory, directory], { stdio: 'inherit' });
  if (status === 0) {
    const tablet = JSON.parse(fs.readFileSync(path.join(directory, '.jsii.tabl.json'), 'utf8'));
    console.log(`${Object.keys(tablet.snippets).length + (tsc.status === 0 ? files.length : 0)} snippets of ${pages.length} pages and the API compile.`);
  }
  process.exitCode = (status ?? 1) || (tsc.status ?? 1);
} finally {
  fs.rmSync(directory, { recursive: true, force: true });
}
