/**
 * Checks the templates of all examples, and of an app with every kind of custom resource, with cfn-lint, which must be on the PATH.
 *
 * The CDK's own validator and cdk-nag check them in test/strict.test.ts.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { SERVICE_REGIONS } from '../src/private/limits';

const root = path.join(__dirname, '..');

const examples = fs.readdirSync(path.join(root, 'examples')).filter(name => fs.existsSync(path.join(root, 'examples', name, 'app.ts')));
const apps = [...examples.map(name => path.join(root, 'examples', name, 'app.ts')), path.join(root, 'test', 'consumer', 'app.ts')];

/** Findings that are no mistake, with the reason. */
const ACKNOWLEDGED = {
  W3005: 'Every CDK function depends on its role and the role\'s policies, although it also refers to the role.',
};

function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): void {
  const { error, status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw new Error(`${command} must be installed and on the PATH, got ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'checkers-'));
process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));

const templates = apps.flatMap((app, index) => {
  const output = path.join(directory, String(index));
  // Without bundling, because cfn-lint does not read functions.
  const context = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
  run('tsx', ['--tsconfig', 'tsconfig.dev.json', app], { CDK_OUTDIR: output, CDK_CONTEXT_JSON: context });
  return fs.readdirSync(output).filter(file => file.endsWith('.template.json')).map(file => path.join(output, file));
});
run('cfn-lint', ['--regions', ...SERVICE_REGIONS, '--ignore-checks', ...Object.keys(ACKNOWLEDGED), '--', ...templates]);
console.log(`cfn-lint has no findings in ${templates.length} templates.`);
