import type { awscdk, Task } from 'projen';

const INTEG = 'integ-runner --directory test/integ --language typescript --app "tsx --tsconfig tsconfig.dev.json {filePath}"';
const INTEG_REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** The commands of the repository beyond building and testing. */
export function addTasks(project: awscdk.AwsCdkConstructLibrary, { bundle, installLocal }: { bundle: Task; installLocal: Task }): void {
  // jsii prints an end-of-life banner on Node.js 20, which aws-cdk-lib still supports.
  project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
  // Synthesis in tests and tools must not report usage.
  project.tasks.addEnvironment('CDK_DISABLE_CLI_TELEMETRY', 'true');

  const add = (name: string, description: string, command: string, ...first: Task[]) => {
    const task = project.addTask(name, { description });
    for (const other of first) task.spawn(other);
    task.exec(command, { receiveArgs: true });
  };
  add('demo', 'Run examples/live-chat on this machine, with a conversation in its room', 'tsx --tsconfig tsconfig.dev.json examples/demo/main.ts',
    installLocal);
  add('bench', 'Measure synthesis, load time, package size, the custom resources and the local runtime',
    'tsx --tsconfig tsconfig.dev.json bench/main.ts', installLocal, bundle);
  add('integ', 'Compare the templates of the integration tests with the stored ones', `${INTEG} --max-workers 2`, bundle);
  add('integ:update', 'Store the templates of the integration tests without deploying them',
    `${INTEG} --max-workers 2 --dry-run --force --update-on-failed`, bundle);
  add('integ:deploy', 'Deploy the integration tests to the account of your credentials, run their assertions and delete them',
    `${INTEG} --force --update-on-failed ${INTEG_REGIONS.map(region => `--parallel-regions ${region}`).join(' ')}`, bundle);

  const addCheck = (name: string, description: string, exec: string) => project.addTask(name, { description, exec });
  addCheck('docs:check', 'Compile every snippet of README, docs and @example', 'tsx scripts/check-snippets.ts');
  addCheck('consumer', 'Install the packed library with three versions of the CDK and use it', 'tsx scripts/consumer.ts');
  addCheck('consumer:local', 'Install the packed local runtime, run the guide to tests, and use it with three test runners', 'tsx scripts/consumer-local.ts');
  addCheck('consumer:review', 'Install the packed review kit for Node.js and Python, and use it', 'tsx scripts/consumer-review.ts');
  addCheck('checkers', 'Check the templates of the examples with cfn-lint, which must be on the PATH',
    'tsx --tsconfig tsconfig.dev.json scripts/checkers.ts');
  addCheck('api-gate', 'Compare the compiled API with that of the newest release', 'tsx scripts/api-gate.ts');
}
