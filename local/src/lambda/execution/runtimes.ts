import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { invalidParameter } from '../errors';

/** Beside `src` as well as beside `lib`: plain files that the functions' processes run. */
const BOOTSTRAP = path.resolve(__dirname, '..', '..', '..', 'bootstrap');

/** From where the AWS SDK of this package resolves. */
const PACKAGE = path.resolve(__dirname, '..', '..', '..');

export interface Runtime {
  readonly kind: 'node' | 'provided' | 'python';
  readonly command: string;
  readonly arguments: readonly string[];
  /** Where programs are found that the function starts. */
  readonly path: string;
  /** How inline code is named, and what Lambda puts beside it. */
  readonly inline?: { readonly file: string; readonly helper: string; readonly helperFile: string };
  /** What is different on this machine. */
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
  throw invalidParameter(`Functions of the runtime ${name || '(none)'} cannot run on this machine: only nodejs*, python* and provided.* can.`);
}

function nodeRuntime(name: string, major: string): Runtime {
  const here = process.versions.node;
  return {
    kind: 'node',
    command: process.execPath,
    arguments: [path.join(BOOTSTRAP, 'node', 'bootstrap.js'), PACKAGE],
    path: `${path.dirname(process.execPath)}:${SYSTEM_PATH}`,
    inline: { file: 'index.js', helper: path.join(BOOTSTRAP, 'inline', 'cfn-response.js'), helperFile: 'node_modules/cfn-response/index.js' },
    notice: here.split('.')[0] === major ? undefined : `Functions of the runtime ${name} run with Node.js ${here}, which this machine has.`,
  };
}

async function pythonRuntime(name: string, version: string): Promise<Runtime> {
  const found = await findPython();
  if (!found) throw invalidParameter(`Functions of the runtime ${name} cannot run on this machine: it has no python3.`);
  return {
    kind: 'python',
    command: found.executable,
    arguments: [path.join(BOOTSTRAP, 'python', 'bootstrap.py')],
    path: `${path.dirname(found.executable)}:${SYSTEM_PATH}`,
    inline: { file: 'index.py', helper: path.join(BOOTSTRAP, 'inline', 'cfnresponse.py'), helperFile: 'cfnresponse.py' },
    notice: found.version === version ? undefined : `Functions of the runtime ${name} run with Python ${found.version}, which this machine has.`,
  };
}

let python: Promise<{ executable: string; version: string } | undefined> | undefined;

/** Asks it for its own path: what is called python3 may be a script of a version manager, which needs the developer's environment. */
function findPython(): typeof python & {} {
  const script = 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])';
  return python ??= new Promise(resolve => execFile('python3', ['-c', script], (error, output) => {
    const [executable, version] = output.split('\n');
    resolve(error ? undefined : { executable, version });
  }));
}
