import * as os from 'os';
import { buildPackage, inTemporaryDirectory, install } from './installation';
import { measureLoad, measurePackage, measureSynth, type Row } from './measurements';

/** The oldest CDK a user may have, and the newest the library is tested on: folders of our `node_modules`. */
const CDK_MODULES = ['aws-cdk-lib', 'aws-cdk-lib-newest'];

function table(rows: Row[]): string {
  const cells = [
    ['', 'CDK', 'subject', 'baseline', 'difference', 'bar', ''],
    ...rows.map(row => [row.name, row.cdkVersion, row.subject, row.baseline, row.difference, row.bar, row.isMet ? 'met' : 'MISSED']),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map(line => line[column].length)));
  return cells.map(line => line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}

const rows = inTemporaryDirectory(directory => {
  const library = buildPackage(directory);
  const installations = CDK_MODULES.map(cdkModule => install(directory, library, cdkModule));
  return [...installations.map(measureSynth), ...installations.map(measureLoad), measurePackage(library)];
});
console.log(table(rows));
console.log(`\nNode.js ${process.versions.node}, ${process.platform} ${process.arch}, ${os.cpus().length} CPUs, load average ${os.loadavg()[0].toFixed(1)} at the end. Medians; quartiles of the difference in parentheses.`);
