import { type awscdk, javascript, type Task, typescript } from 'projen';
import { lintWithTypes } from './testing';
import { AWS_SDK, CHAT_CLIENT, NODE_MINIMUM, TYPESCRIPT, UNRS_RESOLVER } from './versions';

/** The local runtime is a separate package: the library does not depend on it, and it does not depend on the library. */
export function addLocalRuntime(library: awscdk.AwsCdkConstructLibrary): { local: typescript.TypeScriptProject; installLocal: Task } {
  const local = new typescript.TypeScriptProject({
    parent: library,
    outdir: 'local',
    name: 'ivschat-local',
    description: 'Runs a CDK or CloudFormation application with Amazon IVS Chat on this machine, without an AWS account',
    authorName: 'cdk-ivschat contributors',
    authorUrl: 'https://github.com/cdk-ivschat',
    authorOrganization: true,
    repository: 'https://github.com/cdk-ivschat/cdk-ivschat.git',
    repositoryDirectory: 'local',
    defaultReleaseBranch: 'main',
    license: 'Apache-2.0',
    copyrightOwner: 'cdk-ivschat contributors',
    packageManager: javascript.NodePackageManager.NPM,
    typescriptVersion: TYPESCRIPT,
    minNodeVersion: NODE_MINIMUM,
    bin: { 'ivschat-local': 'lib/cli.js' },
    // A command, nothing to import.
    entrypoint: '',
    deps: [
      // The clients that a deployed function may expect to find.
      ...['ivschat', 'lambda', 'sfn'].map(service => `@aws-sdk/client-${service}@${AWS_SDK}`),
      // The playground serves it to the page as it was installed.
      `amazon-ivs-chat-messaging@${CHAT_CLIENT}`,
      'ws@^8',
      'yaml@^2',
    ],
    devDeps: [
      '@types/ws@^8',
      // AGPL: compared with our evaluator in tests, and never part of what is published.
      '@cloud-copilot/iam-simulate@0.1.173',
      '@types/aws-lambda',
      'fast-check@^4',
      // Drives the Chromium of the machine: this package, unlike playwright, downloads none.
      'playwright-core@^1',
      'tsx@^4',
    ],
    tsconfigDevFile: 'tsconfig.dev.json',
    tsconfig: { compilerOptions: { lib: ['es2023'], target: 'es2022', resolveJsonModule: true } },
    // The tests of the page look into it.
    tsconfigDev: { compilerOptions: { lib: ['es2023', 'dom', 'dom.iterable'] } },
    jestOptions: {
      updateSnapshot: javascript.UpdateSnapshot.NEVER,
      jestConfig: { collectCoverage: false },
    },
    eslintOptions: { dirs: ['src'], devdirs: ['test', 'browser'], commandOptions: { fix: false } },
    sampleCode: false,
    depsUpgrade: false,
  });
  local.package.addPackageResolutions(`unrs-resolver@${UNRS_RESOLVER}`);
  local.npmignore?.exclude('/browser/', '/examples/', '/playground.png', '/playground/tsconfig.json');
  lintWithTypes(local, './tsconfig.dev.json');

  const typecheck = local.addTask('typecheck', { description: 'Type-check src, tests and the page', exec: 'tsc --noEmit -p tsconfig.dev.json' });
  typecheck.exec('tsc -p playground');
  local.testTask.prependSpawn(typecheck);
  local.addTask('test:browser', {
    description: 'Test the playground in Chromium, which must be installed',
    exec: 'jest --ci --testMatch "<rootDir>/browser/**/*.test.ts"',
    receiveArgs: true,
  });

  const installLocal = library.addTask('local:install', {
    description: 'Install the packages of the local runtime, unless they are up to date',
    condition: '[ local/package-lock.json -nt local/node_modules/.package-lock.json ]',
    exec: 'npm ci --prefix local --no-audit --no-fund',
  });
  return { local, installLocal };
}
