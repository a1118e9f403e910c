/**
 * Takes the list of the modules of the CDK out of the assembly of jsii while npm packs the package, and puts it back afterwards.
 *
 * jsii-pacmak needs the list to generate the packages of other languages. The package itself does not: what uses it, such as the
 * jsii runtime or another library, reads the assembly of the CDK. It was 40 % of our assembly, which cannot be compressed further.
 *
 * Usage: trim-assembly.ts trim | restore
 */
import * as fs from 'fs';
import { gunzipSync, gzipSync } from 'zlib';

const ASSEMBLY = '.jsii.gz';
/** Next to the assembly and hidden, like `.jsii`, so that an interrupted run can be repeated. */
const COMPLETE = '.jsii.complete.gz';

const [action] = process.argv.slice(2);
if (action === 'trim') trim();
else if (action === 'restore') restore();
else throw new Error(`the argument must be trim or restore, got ${action}`);

function trim(): void {
  const assembly = JSON.parse(gunzipSync(fs.readFileSync(ASSEMBLY)).toString());
  const dependencies = Object.values<{ submodules?: object }>(assembly.dependencyClosure);
  // An interrupted run has trimmed it already. After a compilation since then it is complete again, and the copy is out of date.
  if (dependencies.every(({ submodules }) => submodules === undefined)) return;
  fs.renameSync(ASSEMBLY, COMPLETE);
  for (const dependency of dependencies) delete dependency.submodules;
  fs.writeFileSync(ASSEMBLY, gzipSync(JSON.stringify(assembly), { level: 9 }));
}

function restore(): void {
  if (fs.existsSync(COMPLETE)) fs.renameSync(COMPLETE, ASSEMBLY);
}
