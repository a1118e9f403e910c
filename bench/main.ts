import * as os from 'os';
import { Builds, inTemporaryDirectory } from './builds';
import { measureCustomResources } from './custom-resources/rows';
import { type Effort, FULL, QUICK } from './effort';
import { measureFilter } from './filter/rows';
import { measureFunctionLoads } from './functions/rows';
import { measureLoad, measurePackage, measureSynth } from './library/rows';
import { measureLocal } from './local/rows';
import { measureModerator } from './moderator/rows';
import { type Row, tableOf } from './row';

const GROUPS: Record<string, (builds: Builds, effort: Effort) => Row[]> = {
  'synth': ({ installations }, effort) => installations.flatMap(installation => measureSynth(installation, effort)),
  'load': ({ installations }, effort) => installations.map(installation => measureLoad(installation, effort)),
  'package': ({ library }) => measurePackage(library),
  'functions': measureFunctionLoads,
  'custom-resources': measureCustomResources,
  'filter': measureFilter,
  'moderator': measureModerator,
  'local': (builds, effort) => measureLocal(builds, effort),
};

function measure(args: string[]): Row[] {
  const names = args.filter(arg => arg !== '--quick');
  const unknown = names.find(name => !(name in GROUPS));
  if (unknown !== undefined) throw new Error(`arguments must be --quick or some of ${Object.keys(GROUPS).join(', ')}, got ${unknown}: without names, all groups run`);
  const chosen = Object.keys(GROUPS).filter(name => names.length === 0 || names.includes(name));
  const effort = args.includes('--quick') ? QUICK : FULL;
  return inTemporaryDirectory(directory => {
    const builds = new Builds(directory);
    return chosen.flatMap(name => GROUPS[name](builds, effort));
  });
}

try {
  // Read first, because the measurements are a load of their own.
  const [load] = os.loadavg();
  console.log(tableOf(measure(process.argv.slice(2))));
  console.log(`\nNode.js ${process.versions.node}, ${process.platform} ${process.arch}, ${os.cpus().length} CPUs, load average ${load.toFixed(1)} before.`);
  console.log('Medians, with the quartiles of the difference in parentheses. Two times with a slash are the 50th and the 99th percentile.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
