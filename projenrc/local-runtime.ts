import { type awscdk, javascript, type Task, typescript } from 'projen';
import { enforceLayers } from './layers';
import { addStyleRules } from './lint-style';
import { PACKAGE, useToolsOf } from './package-in-folder';
import { lintWithTypes } from './testing';
import { AWS_SDK, CHAT_CLIENT } from './versions';

/** The local runtime is a separate package: the library does not depend on it, and it does not depend on the library. */
export function addLocalRuntime(library: awscdk.AwsCdkConstructLibrary): { local: typescript.TypeScriptProject; installLocal: Task } {
  const local = new typescript.TypeScriptProject({
    parent: library,
    outdir: 'local',
    name: 'ivschat-local',
    description: 'Local runtime for Amazon IVS Chat: runs a CDK app or CloudFormation template on your machine, without an AWS account',
    keywords: ['aws', 'aws-cdk', 'cloudformation', 'amazon-ivs', 'ivs', 'ivschat', 'chat', 'local', 'emulator'],
    homepage: 'https://github.com/cdk-ivschat/cdk-ivschat/tree/main/local#readme',
    ...PACKAGE,
    repositoryDirectory: 'local',
    bin: { 'ivschat-local': 'lib/cli.js' },
    entrypoint: 'lib/index.js',
    deps: [
      // Validates the bodies of requests to REST APIs by their models.
      '@cfworker/json-schema@^4.1',
      // The clients that a deployed function may expect to find.
      ...['ivschat', 'lambda', 'sfn'].map(service => `@aws-sdk/client-${service}@${AWS_SDK}`),
      // The playground serves it to the page as it was installed.
      `amazon-ivs-chat-messaging@${CHAT_CLIENT}`,
      'ws@^8',
      'yaml@^2',
      // Reads the zip files of functions and layers.
      'yauzl@^3.4',
    ],
    devDeps: [
      // Like the clients that the library has: a function that needs one installs it.
      `@aws-sdk/lib-dynamodb@${AWS_SDK}`,
      // Another implementation of DynamoDB, which the tests compare with ours.
      'dynalite@4.0.0',
      // Drives the Chromium of the machine: this package, unlike playwright, downloads none.
      'playwright-core@^1',
      // Clients in the functions of tests, which do not read AWS_ENDPOINT_URL.
      'aws-sdk@^2',
      // The last major version for Node.js 20.
      'undici@^6',
      // Verifies tokens in the functions of tests with `fetch`, as aws-jwt-verify does with `https`.
      'jose@^6',
    ],
    tsconfigDevFile: 'tsconfig.dev.json',
    tsconfig: {
      compilerOptions: {
        lib: ['es2023'],
        target: 'es2022',
        resolveJsonModule: true,
        types: ['aws-lambda', 'jest', 'node', 'ws'],
        // Source maps would be two thirds of the code that Node.js reads at each start.
        inlineSourceMap: false,
        inlineSources: false,
      },
    },
    // The tests of the page look into it. ts-jest only strips types, because the task `typecheck` checks them, once for all files.
    tsconfigDev: { compilerOptions: { lib: ['es2023', 'dom', 'dom.iterable'], isolatedModules: true } },
    jestOptions: {
      updateSnapshot: javascript.UpdateSnapshot.NEVER,
      jestConfig: { collectCoverage: false },
    },
    eslintOptions: { dirs: ['src'], devdirs: ['test', 'browser', 'comparison'], commandOptions: { fix: false } },
    sampleCode: false,
    depsUpgrade: false,
  });
  useToolsOf(library, local, ['test/**', 'browser/**', 'comparison/**']);
  local.npmignore?.exclude('/browser/', '/comparison/', '/examples/', '/playground.png', '/playground/tsconfig.json', '/API.md');
  // CommonJS, from which ES modules can import each name. Other files of the package cannot be imported.
  local.package.addField('exports', { '.': { types: './lib/index.d.ts', default: './lib/index.js' }, './package.json': './package.json' });
  lintWithTypes(local, './tsconfig.dev.json');
  addStyleRules(local.eslint!);
  enforceLayers(local.eslint!);

  const typecheck = local.addTask('typecheck', { description: 'Type-check src, tests and the page', exec: 'tsc --noEmit -p tsconfig.dev.json' });
  typecheck.exec('tsc -p playground');
  local.testTask.prependSpawn(typecheck);
  // .ci/run compares the result with the one that is checked in.
  local.compileTask.exec('tsx ../scripts/package-api.ts local');
  local.addTask('test:browser', {
    description: 'Test the playground in Chromium, which must be installed',
    exec: 'jest --ci --testMatch "<rootDir>/browser/**/*.test.ts"',
    receiveArgs: true,
  });
  local.addTask('test:comparison', {
    description: 'Compare the tables with dynalite and moto in 32,000 random requests, which takes minutes',
    exec: 'jest --ci --testMatch "<rootDir>/comparison/**/*.test.ts"',
    receiveArgs: true,
  });

  const installLocal = library.addTask('local:install', {
    description: 'Install the packages of the local runtime, unless they are up to date',
    condition: '[ local/package-lock.json -nt local/node_modules/.package-lock.json ]',
    exec: 'npm ci --prefix local --no-audit --no-fund',
  });
  return { local, installLocal };
}
