/**
 * Has the templates of all examples, and of an app with every kind of custom resource, read by cfn-lint, which must be on the PATH.
 *
 * The CDK's own validator and cdk-nag read them in test/strict.test.ts.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { SERVICE_REGIONS } from '../src/private/limits';

const root = path.join(__dirname, '..');

const examples = fs.readdirSync(path.join(root, 'examples')).filter(name => fs.existsSync(path.join(root, 'examples', name, 'app.ts')));
const apps = [...examples.map(name => path.join(root, 'examples', name, 'app.ts')), path.join(root, 'test', 'consumer', 'app.ts')];

/** Findings that are no mistake, by the reason. */
const ACKNOWLEDGED = {
  W3005: 'Every function of the CDK waits for its role and all that is below it, although it refers to the role as well.',
};

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): void {
  const { error, status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw new Error(`${command} cannot be run (${error.message}): install it, or put it on the PATH`);
  if (status !== 0) process.exit(status ?? 1);
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'checkers-'));
process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));

const templates = apps.flatMap((app, index) => {
  const output = path.join(directory, String(index));
  // Without bundling: cfn-lint does not look into functions.
  const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
  run('tsx', ['--tsconfig', 'tsconfig.dev.json', app], { CDK_OUTDIR: output, CDK_CONTEXT_JSON: context });
  return fs.readdirSync(output).filter(file => file.endsWith('.template.json')).map(file => path.join(output, file));
});
run('cfn-lint', ['--regions', ...SERVICE_REGIONS, '--ignore-checks', ...Object.keys(ACKNOWLEDGED), '--', ...templates]);
console.log(`cfn-lint has no finding in ${templates.length} templates.`);
