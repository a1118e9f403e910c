import * as fs from 'fs';
import * as path from 'path';
import { ROOT, run } from '../installation';

/** What the published package has beside its compiled code. */
const PACKAGE_INPUTS = ['bootstrap', 'playground', 'package.json'];

/** The local runtime as a user has it: compiled, and run by Node.js itself. */
export function buildLocal(parent: string): string {
  const directory = path.join(parent, 'ivschat-local');
  const source = path.join(ROOT, 'local');
  for (const input of PACKAGE_INPUTS) fs.cpSync(path.join(source, input), path.join(directory, input), { recursive: true });
  fs.symlinkSync(path.join(source, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  run(source, process.execPath, [path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--outDir', path.join(directory, 'lib')]);
  return directory;
}

/** @returns the cloud assembly of the example with a review handler and a chat log */
export function synthesizeExample(parent: string): string {
  const assembly = path.join(parent, 'live-chat');
  const tsx = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const example = path.join(ROOT, 'examples', 'live-chat');
  run(example, process.execPath, [tsx, '--tsconfig', path.join(ROOT, 'tsconfig.dev.json'), 'app.ts'], { CDK_OUTDIR: assembly });
  return assembly;
}
