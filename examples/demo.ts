import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { summarize, type Template } from './template-summary';

const STACK = 'LiveChat';
const ROOT = path.join(__dirname, '..');
const APP = path.join(__dirname, 'live-chat');
const OUTPUT = path.join(ROOT, 'cdk.out', 'live-chat');

/** What stopped the demo, and the words of the tool it stopped at. */
class DemoError extends Error {
  constructor(message: string, readonly details: string = '') {
    super(message);
  }
}

function main(): void {
  const seconds = synthesize();
  const templateFile = path.join(OUTPUT, `${STACK}.template.json`);
  const template: Template = JSON.parse(fs.readFileSync(templateFile, 'utf8'));
  const { resourceCount, sections } = summarize(template, codeSize);

  console.log(`\n${bold(STACK)}: ${resourceCount} resources, synthesized from examples/live-chat in ${seconds.toFixed(1)} s, nothing deployed\n`);
  for (const { title, rows } of sections) {
    console.log(bold(title));
    for (const line of table(rows)) console.log(`  ${line}`);
    console.log();
  }
  console.log(bold('Template'));
  console.log(`  ${path.relative(process.cwd(), templateFile)}\n`);
  console.log(bold('Deploy'));
  console.log('  cd examples/live-chat && npx cdk deploy\n');
}

/** Runs the CDK CLI as a reader would, only that it can reach no AWS account. Returns the seconds it took. */
function synthesize(): number {
  // What an earlier run has bundled would be taken from there again.
  fs.rmSync(OUTPUT, { recursive: true, force: true });
  const started = performance.now();
  const { status, signal, error, stderr } = spawnSync(
    process.execPath,
    [findCli(), 'synth', '--quiet', '--no-notices', '--no-version-reporting', '--no-color', '--output', OUTPUT],
    { cwd: APP, env: environmentWithoutAws(), encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) {
    const how = error?.message ?? (signal ? `was ended by ${signal}` : `exited with code ${status}`);
    throw new DemoError(`The CDK CLI could not synthesize examples/live-chat: it ${how}.`, stderr ?? '');
  }
  return (performance.now() - started) / 1000;
}

function findCli(): string {
  try {
    return require.resolve('aws-cdk/bin/cdk');
  } catch {
    throw new DemoError('The CDK CLI is not installed: run "npm ci" first.');
  }
}

/** The CLI asks AWS who it is where it finds credentials, which the demo has no need of. */
function environmentWithoutAws(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: os.devNull,
    AWS_SHARED_CREDENTIALS_FILE: os.devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** The size of a function's bundle in bytes, from the key of its asset. */
function codeSize(s3Key: string): number {
  const directory = path.join(OUTPUT, `asset.${path.parse(s3Key).name}`);
  return fs.readdirSync(directory).reduce((bytes, file) => bytes + fs.statSync(path.join(directory, file)).size, 0);
}

/** Columns as wide as their widest cell. */
function table(rows: string[][]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('   ').trimEnd());
}

function bold(text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[0m` : text;
}

try {
  main();
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  console.error(error.message);
  if (error.details) console.error(`\n${error.details.trimEnd()}`);
  process.exitCode = 1;
}
