import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { invalidParameter } from '../errors';

/** Where the AWS SDK of this package resolves from. The path is the same in `src` and in `lib`. */
const PACKAGE = path.resolve(__dirname, '..', '..', '..');

/** Plain files that the processes of functions run. */
export const BOOTSTRAP = path.join(PACKAGE, 'bootstrap');

export interface Runtime {
  readonly kind: 'node' | 'provided' | 'python';
  readonly command: string;
  readonly arguments: readonly string[];
  /** The PATH of the process. */
  readonly path: string;
  /** The file name of inline code, and the module that Lambda adds to it. */
  readonly inline?: { readonly file: string; readonly helper: string; readonly helperFile: string };
  /** Message about a difference to AWS. */
  readonly notice?: string;
}

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

export async function findRuntime(name: string, codeDirectory: string): Promise<Runtime> {
  const node = /^nodejs(\d+)\.x$/.exec(name);
  if (node) return nodeRuntime(name, node[1]);
  const python = /^python(\d+\.\d+)$/.exec(name);
  if (python) return pythonRuntime(name, python[1]);
  if (name.startsWith('provided')) {
    return { kind: 'provided', command: path.join(codeDirectory, 'bootstrap'), arguments: [], path: SYSTEM_PATH };
  }
  throw invalidParameter(`Runtime of a function must be nodejs*, python* or provided.* to run in ivschat-local, got ${name || 'none'}.`);
}

function nodeRuntime(name: string, major: string): Runtime {
  const installed = process.versions.node;
  return {
    kind: 'node',
    command: process.execPath,
    arguments: [path.join(BOOTSTRAP, 'node', 'bootstrap.js'), PACKAGE],
    path: `${path.dirname(process.execPath)}:${SYSTEM_PATH}`,
    inline: { file: 'index.js', helper: path.join(BOOTSTRAP, 'inline', 'cfn-response.js'), helperFile: 'node_modules/cfn-response/index.js' },
    notice: installed.split('.')[0] === major ? undefined : `Functions with the runtime ${name} run on Node.js ${installed}, the version that runs ivschat-local.`,
  };
}

async function pythonRuntime(name: string, version: string): Promise<Runtime> {
  const found = await findPython();
  if (!found) throw invalidParameter(`Runtime ${name} requires python3, which was not found in the PATH: install it.`);
  return {
    kind: 'python',
    command: found.executable,
    arguments: [path.join(BOOTSTRAP, 'python', 'bootstrap.py')],
    path: `${path.dirname(found.executable)}:${SYSTEM_PATH}`,
    inline: { file: 'index.py', helper: path.join(BOOTSTRAP, 'inline', 'cfnresponse.py'), helperFile: 'cfnresponse.py' },
    notice: found.version === version ? undefined : `Functions with the runtime ${name} run on Python ${found.version}, the version of python3 in the PATH.`,
  };
}

let python: Promise<{ executable: string; version: string } | undefined> | undefined;

/** Resolves the executable, because `python3` may be a wrapper of a version manager that needs the developer's environment. */
function findPython(): typeof python & {} {
  const script = 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])';
  return python ??= new Promise(resolve => execFile('python3', ['-c', script], (error, output) => {
    const [executable, version] = output.split('\n');
    resolve(error ? undefined : { executable, version });
  }));
}
