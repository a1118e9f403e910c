import * as os from 'os';
import { measureCustomResources, measureHandlerLoad } from './custom-resources/rows';
import { buildPackage, inTemporaryDirectory, install, type Installation, type Package } from './installation';
import { measureLocal } from './local/rows';
import { measureLoad, measurePackage, measureSynth, type Row } from './measurements';

/** The oldest CDK a user may have, and the newest the library is tested on: folders of our `node_modules`. */
const CDK_MODULES = ['aws-cdk-lib', 'aws-cdk-lib-newest'];

interface Built {
  readonly library: Package;
  readonly installations: Installation[];
}

const OF_LIBRARY: Record<string, (built: Built, directory: string) => Row[]> = {
  'synth': ({ installations }) => installations.map(measureSynth),
  'load': ({ installations }) => installations.map(measureLoad),
  'package': ({ library }) => measurePackage(library),
  'custom-resources': ({ installations: [floor] }, directory) => [measureHandlerLoad(floor), ...measureCustomResources(directory, floor)],
};

const GROUPS = [...Object.keys(OF_LIBRARY), 'local'];

function measure(names: string[]): Row[] {
  const unknown = names.find(name => !GROUPS.includes(name));
  if (unknown !== undefined) throw new Error(`There is no group ${unknown}: name some of ${GROUPS.join(', ')}, or none for all.`);
  const chosen = GROUPS.filter(name => names.length === 0 || names.includes(name));
  return inTemporaryDirectory(directory => {
    const ofLibrary = chosen.filter(name => name in OF_LIBRARY);
    const rows = ofLibrary.length > 0 ? measureLibrary(directory, ofLibrary) : [];
    return chosen.includes('local') ? [...rows, ...measureLocal(directory)] : rows;
  });
}

function measureLibrary(directory: string, names: string[]): Row[] {
  const library = buildPackage(directory);
  const installations = CDK_MODULES.map(cdkModule => install(directory, library, cdkModule));
  return names.flatMap(name => OF_LIBRARY[name]({ library, installations }, directory));
}

function table(rows: Row[]): string {
  const cells = [
    ['', 'CDK', 'subject', 'baseline', 'difference', 'bar', 'verdict'],
    ...rows.map(row => [row.name, row.cdkVersion, row.subject, row.baseline, row.difference, row.bar, verdictOf(row)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map(line => line[column].length)));
  return cells.map(line => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

function verdictOf({ isMet }: Row): string {
  if (isMet === undefined) return '-';
  return isMet ? 'met' : 'MISSED';
}

try {
  // Taken first: the measurements are a load of their own.
  const [load] = os.loadavg();
  console.log(table(measure(process.argv.slice(2))));
  console.log(`\nNode.js ${process.versions.node}, ${process.platform} ${process.arch}, ${os.cpus().length} CPUs, load average ${load.toFixed(1)} before.`);
  console.log('Medians; in parentheses the quartiles of the difference. Two times with a slash are the 50th and the 99th percentile.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
