import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const CACHE = path.join(__dirname, '..', '..', 'node_modules', '.cache', 'ivschat-local', 'python');

/**
 * Installs Python packages into a folder for PYTHONPATH, once for each list: later runs do not need a network.
 *
 * @param requirements such as `requests==2.34.2`
 */
export function pythonPackages(...requirements: string[]): string {
  const folder = path.join(CACHE, requirements.join('+'));
  if (fs.existsSync(folder)) return folder;
  fs.mkdirSync(CACHE, { recursive: true });
  const incomplete = fs.mkdtempSync(path.join(CACHE, 'incomplete-'));
  execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--no-compile', '--target', incomplete, ...requirements], { stdio: ['ignore', 'ignore', 'pipe'] });
  // Another test may have installed them meanwhile.
  if (fs.existsSync(folder)) fs.rmSync(incomplete, { recursive: true });
  else fs.renameSync(incomplete, folder);
  return folder;
}
