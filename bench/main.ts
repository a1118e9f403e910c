import * as os from 'os';
import { buildPackage, inTemporaryDirectory, install } from './installation';
import { measureLoad, measurePackage, measureSynth, type Row } from './measurements';

/** The oldest CDK a user may have, and the newest the library is tested on: folders of our `node_modules`. */
const CDK_MODULES = ['aws-cdk-lib', 'aws-cdk-lib-newest'];

function measureAll(): Row[] {
  return inTemporaryDirectory(directory => {
    const library = buildPackage(directory);
    const installations = CDK_MODULES.map(cdkModule => install(directory, library, cdkModule));
    return [...installations.map(measureSynth), ...installations.map(measureLoad), measurePackage(library)];
  });
}

function table(rows: Row[]): string {
  const cells = [
    ['', 'CDK', 'subject', 'baseline', 'difference', 'bar', 'verdict'],
    ...rows.map(row => [row.name, row.cdkVersion, row.subject, row.baseline, row.difference, row.bar, row.isMet ? 'met' : 'MISSED']),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map(line => line[column].length)));
  return cells.map(line => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

try {
  // Taken first: the measurements are a load of their own.
  const [load] = os.loadavg();
  console.log(table(measureAll()));
  console.log(`\nNode.js ${process.versions.node}, ${process.platform} ${process.arch}, ${os.cpus().length} CPUs, load average ${load.toFixed(1)} before.`);
  console.log('Medians; in parentheses the quartiles of the difference.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
