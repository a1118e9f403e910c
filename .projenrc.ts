import { awscdk, github, javascript, JsonFile, JsonPatch, typescript } from 'projen';

/** The oldest CDK a user may have. Everything is built, linted and tested on it, so that nothing newer is used by accident. */
const CDK_FLOOR = '2.250.0';

/** The newest CDK the suite runs on as well. Older releases have no template validator and no cdk-nag 3. */
const CDK_NEWEST = '2.276.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-ivschat',
  description: 'AWS CDK constructs for Amazon IVS Chat: moderated, logged chat rooms with least-privilege grants',
  author: 'cdk-ivschat contributors',
  authorAddress: 'https://github.com/cdk-ivschat',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-ivschat/cdk-ivschat.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-ivschat contributors',
  // Construct Hub recognises CDK libraries by `awscdk`; projen itself adds only `cdk`.
  keywords: ['awscdk', 'aws-cdk', 'ivs', 'ivschat', 'chat', 'moderation'],
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,

  // 2.250.0 is the first release with everything the constructs use: reference interfaces with an environment, the
  // settled ValidationError form (2.248), ResourceWithPolicies on L1s and Runtime.NODEJS_24_X.
  cdkVersion: CDK_FLOOR,
  // What aws-cdk-lib 2.250.0 itself asks for.
  constructsVersion: '10.5.1',
  // Without this projen still takes jsii 5.9.
  jsiiVersion: '~6.0.0',
  // Most of the assembly is a list of the CDK's submodules, which packs to a tenth.
  compressAssembly: true,
  // The version jsii 6.0 compiles with; TypeScript 7 is outside the range ts-jest supports.
  typescriptVersion: '~6.0.0',
  // aws-cdk-lib asks for Node 20; without this @types/node would follow the newest Node.
  minNodeVersion: '20.0.0',
  // The release tools need Node 22 or later.
  workflowNodeVersion: '24',

  publishToPypi: { distName: 'cdk-ivschat', module: 'cdk_ivschat', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdkivschat',
    mavenGroupId: 'io.github.cdk-ivschat',
    mavenArtifactId: 'cdk-ivschat',
    mavenServerId: 'central-ossrh',
  },
  publishToNuget: { dotNetNamespace: 'CdkIvsChat', packageId: 'CdkIvsChat', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk-ivschat/cdk-ivschat-go', packageName: 'cdkivschat' },
  npmTrustedPublishing: true,

  // One configuration at the top type-checks tests, examples and bench (projen's default lives in test/ and sees only that).
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // A package of its own, with a configuration of its own.
    exclude: ['node_modules', 'local', 'lib', 'dist', 'cdk.out'],
    compilerOptions: {
      // Examples import the library by the name a reader would use.
      paths: { 'cdk-ivschat': ['./src/index.ts'] },
      // cdk-nag's declarations need a newer aws-cdk-lib than the floor they are compiled beside.
      skipLibCheck: true,
    },
  },

  // The default lets a changed template pass by rewriting the stored one.
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      // V8's own counts everything that runs, the CDK too, which takes half as long again as the tests.
      coverageProvider: 'babel',
      // jest leaves one CPU free, which is half of a small machine.
      maxWorkers: '100%',
      // The template validator costs more than a second and 250 MB per worker; test/strict.test.ts is where it runs.
      setupFiles: ['<rootDir>/test/support/jest.setup.ts'],
      globalSetup: '<rootDir>/test/support/jest.global-setup.ts',
      globalTeardown: '<rootDir>/test/support/jest.global-teardown.ts',
      moduleNameMapper: { '^cdk-ivschat$': '<rootDir>/src' },
      collectCoverageFrom: ['src/**/*.ts', 'handlers/**/*.ts'],
      coverageThreshold: { branches: 95, functions: 95, lines: 95, statements: 95 },
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/local/', '<rootDir>/test/strict.test.ts'],
      // Otherwise jest finds a second package.json with our name in the packaging output.
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
    },
  },

  // `npm test` must not edit the files it tests.
  eslintOptions: {
    tsconfigPath: './tsconfig.dev.json',
    dirs: ['src', 'handlers'],
    devdirs: ['test', 'examples', 'bench', 'scripts'],
    commandOptions: { fix: false },
  },

  devDeps: [
    // The CLI's own dist-tag `latest` has been wrong before; this one synthesizes every CDK version tested here.
    'aws-cdk@2.1148.1',
    'aws-sdk-client-mock@^4',
    '@aws-sdk/client-ivschat@3.952.0',
    // In a snippet of the docs.
    '@aws-sdk/client-lambda@3.952.0',
    // What the demo signs its requests for tokens with, and chats with. The chat client is under a licence of AWS's own.
    '@aws-crypto/sha256-js',
    '@smithy/signature-v4',
    'amazon-ivs-chat-messaging@1.1.1',
    'ws@^8',
    '@types/ws@^8',
    // Not used: the Go module asks for what is installed of these, and newer ones would raise its users' minimum for nothing.
    '@aws-cdk/asset-node-proxy-agent-v6@2.1.1',
    '@aws-cdk/cloud-assembly-schema@53.0.0',
    '@types/aws-lambda',
    // AGPL: proves the grants in tests, and is never part of what is published.
    '@cloud-copilot/iam-simulate@0.1.173',
    `aws-cdk-lib-newest@npm:aws-cdk-lib@${CDK_NEWEST}`,
    'cdk-nag@3.0.2',
    // Reads assemblies of aws-cdk-lib up to 2.257, and so those of the floor.
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    'esbuild@0.28.2',
    'fast-check@^4',
    'tsx@^4',
  ],

  gitignore: ['/assets/', 'cdk.out/', '.ivschat-local/', '.jsii.gz', '.jsii.tabl.json', '.DS_Store', '__pycache__/'],
  // What else must hold of a pull request, beside the build.
  postBuildSteps: [{ run: 'npx projen test:newest' }, { run: 'npx projen docs:check' }],
  // Pull-request rules of a hosted bot and issue templates are the maintainers' choice, not the library's.
  githubOptions: { mergify: false },
  pullRequestTemplate: false,
  depsUpgrade: false,
  // The sample code projen would write is a class called Hello.
  sampleCode: false,
});

// jest 30 and eslint-import-resolver-typescript ask for an unrs-resolver release whose optional platform builds were
// never published; a lock file made from it cannot be installed again.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// cdk-nag 3 asks for a newer CDK than the floor. It runs only in the suite on the newest CDK, which jest maps in below.
project.package.addField('overrides', () => ({ 'unrs-resolver': '1.12.2', 'cdk-nag': { 'aws-cdk-lib': '$aws-cdk-lib' } }));

// jsii prints an end-of-life banner on Node 20, which aws-cdk-lib still supports.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
// Synthesis in tests and tools never asks for credentials or reports usage.
project.tasks.addEnvironment('CDK_DISABLE_CLI_TELEMETRY', 'true');

// A declared language target makes a plain `projen build` package for all of them, which needs five tool chains.
project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);

// Where the SDK looks for credentials after the environment, which in Lambda has them. It loads these only then.
const CREDENTIAL_PROVIDERS = [
  ...['http', 'ini', 'process', 'sso', 'web-identity'].map(kind => `@aws-sdk/credential-provider-${kind}`), '@smithy/credential-provider-imds',
];
// The handler of the custom resources, with the SDK in it: that loads faster than the copy in the Lambda runtime, and its
// version is ours. `module,main` takes the SDK's ES modules, of which only what is used goes in.
const bundle = project.addTask('bundle', {
  description: 'Bundle the handler of the custom resources',
  exec: [
    'esbuild handlers/custom-resources/index.ts --bundle --platform=node --target=node24 --minify --main-fields=module,main',
    ...CREDENTIAL_PROVIDERS.map(name => `--external:${name}`),
    '--log-level=warning --outfile=assets/custom-resources/index.js',
  ].join(' '),
});
// Part of compiling: without it a package would be whole until somebody uses it.
project.compileTask.prependSpawn(bundle);

// The snippets of README and docs in each language, which pacmak takes from the tablet this leaves.
// Rosetta does not write valid Go: the README of the Go module gets an example of its own.
project.tasks.tryFind('package:go')!.prependExec('tsx scripts/go-readme.ts');
for (const language of ['python', 'java', 'go', 'dotnet']) {
  project.tasks.tryFind(`package:${language}`)!.prependExec('jsii-rosetta extract --strict');
}

// ts-jest only strips types (isolatedModules), so that a type error in a test would pass.
const typecheck = project.addTask('typecheck', {
  description: 'Type-check src, tests, examples and bench',
  exec: 'tsc --noEmit -p tsconfig.dev.json',
});
project.testTask.prependSpawn(typecheck);
project.testTask.prependSpawn(bundle);

// The whole suite, and the strict file, on the newest CDK: the same tests with another aws-cdk-lib mapped in.
const floorJest = project.jest!.config;
new JsonFile(project, 'jest.newest.json', {
  obj: {
    ...floorJest,
    displayName: `aws-cdk-lib ${CDK_NEWEST}`,
    moduleNameMapper: {
      '^cdk-ivschat$': '<rootDir>/src',
      '^aws-cdk-lib(/.*)?$': '<rootDir>/node_modules/aws-cdk-lib-newest$1',
    },
    testPathIgnorePatterns: ['/node_modules/', '<rootDir>/local/'],
    coverageThreshold: undefined,
    collectCoverage: false,
    reporters: ['default'],
  },
});
project.addTask('test:newest', {
  description: `Run all tests, the strict ones included, on aws-cdk-lib ${CDK_NEWEST}`,
  exec: 'jest --ci --config jest.newest.json',
  receiveArgs: true,
});

project.addTask('docs:check', {
  description: 'Compile every snippet in README, docs and @example',
  exec: 'tsx scripts/check-snippets.ts',
});
// The local runtime has its own packages. Installed when what they should be has changed, or nothing is there yet.
const installLocal = project.addTask('local:install', {
  description: 'Install what the local runtime needs',
  condition: '[ local/package-lock.json -nt local/node_modules/.package-lock.json ]',
  exec: 'npm ci --prefix local --no-audit --no-fund',
});
const demo = project.addTask('demo', { description: 'Run examples/live-chat on this machine, and a conversation in its room' });
demo.spawn(installLocal);
demo.exec('tsx --tsconfig tsconfig.dev.json examples/demo/main.ts', { receiveArgs: true });
const INTEG = 'integ-runner --directory test/integ --language typescript --app "tsx --tsconfig tsconfig.dev.json {filePath}"';
const integ = project.addTask('integ', { description: 'Verify the stored templates of the integration tests' });
integ.spawn(bundle);
integ.exec(`${INTEG} --max-workers 2`, { receiveArgs: true });
const integUpdate = project.addTask('integ:update', { description: 'Store the templates of the integration tests, without deploying them' });
integUpdate.spawn(bundle);
integUpdate.exec(`${INTEG} --max-workers 2 --dry-run --force --update-on-failed`, { receiveArgs: true });
const integDeploy = project.addTask('integ:deploy', { description: 'Deploy the integration tests to the account of your credentials, assert, and delete them' });
integDeploy.spawn(bundle);
integDeploy.exec(`${INTEG} --force --update-on-failed --parallel-regions us-east-1 --parallel-regions us-west-2 --parallel-regions eu-west-1`, { receiveArgs: true });
project.addTask('consumer', { description: 'Install the packed library beside three versions of the CDK, and use it', exec: 'tsx scripts/consumer.ts' });
project.addTask('checkers', {
  description: 'Read the templates of the examples with cfn-lint, which must be on the PATH',
  exec: 'tsx --tsconfig tsconfig.dev.json scripts/checkers.ts',
});
project.addTask('api-gate', { description: 'Compare the compiled API with that of the newest release', exec: 'tsx scripts/api-gate.ts' });
const bench = project.addTask('bench', { description: 'Measure synth, load and package size, the custom resources, and the local runtime' });
bench.spawn(installLocal);
bench.spawn(bundle);
bench.exec('tsx --tsconfig tsconfig.dev.json bench/main.ts', { receiveArgs: true });
// Tests deploy to it, and are type-checked with it.
typecheck.prependSpawn(installLocal);

// The local runtime is a package of its own: the library does not depend on it, and it knows nothing of the library.
const local = new typescript.TypeScriptProject({
  parent: project,
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
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  bin: { 'ivschat-local': 'lib/cli.js' },
  // A command, nothing to import.
  entrypoint: '',
  deps: [
    // The clients a deployed function may expect to find, at one version so that they share their parts.
    '@aws-sdk/client-ivschat@3.952.0',
    '@aws-sdk/client-lambda@3.952.0',
    '@aws-sdk/client-sfn@3.952.0',
    // Under a licence of AWS's own: the playground hands it to the page as it was installed, and nothing of ours contains it.
    'amazon-ivs-chat-messaging@1.1.1',
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
local.package.addPackageResolutions('unrs-resolver@1.12.2');
local.npmignore?.exclude('/browser/', '/examples/', '/playground.png', '/playground/tsconfig.json');
const localTypecheck = local.addTask('typecheck', { description: 'Type-check src, tests and the page', exec: 'tsc --noEmit -p tsconfig.dev.json' });
localTypecheck.exec('tsc -p playground');
local.testTask.prependSpawn(localTypecheck);
local.addTask('test:browser', {
  description: 'Test the playground in Chromium, which must be installed',
  exec: 'jest --ci --testMatch "<rootDir>/browser/**/*.test.ts"',
  receiveArgs: true,
});

// The local runtime goes out with the library, in the same version.
project.release!.addJobs({
  release_local: {
    name: 'Publish the local runtime to npm',
    needs: ['release', 'release_npm'],
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ, idToken: github.workflows.JobPermission.WRITE },
    if: "needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha",
    steps: [
      github.WorkflowSteps.checkout(),
      { name: 'Setup Node.js', uses: 'actions/setup-node@v7.0.0', with: { 'node-version': '24' } },
      github.WorkflowSteps.downloadArtifact({ with: { artifactIds: ['${{ needs.release.outputs.artifact_id }}'], path: 'dist' } }),
      { name: 'Install dependencies', run: 'npm ci && npm ci --prefix local' },
      { name: 'Compile', run: 'npm run compile --prefix local' },
      { name: 'Take over the version', run: 'npm version --prefix local --no-git-tag-version "$(cat dist/version.txt)"' },
      { name: 'Publish', run: 'npm publish ./local --provenance ${{ inputs.dry_run && \'--dry-run\' || \'\' }}' },
    ],
  },
});

// Documentation and tools of the repository, not of the installed package.
project.npmignore?.exclude(
  '/API.md', '/CHANGELOG.md', '/CONTRIBUTING.md', '/docs/', '/rosetta/', '/bench/', '/examples/', '/local/', '/scripts/', '/handlers/',
  '/.ci/', '/cdk.out/', '/.compatignore', '/.jsii.tabl.json', '/jest.newest.json', '/*.tgz', '/.ivschat-local/',
);

// The code of functions is not compared, and each test would store 2 MB of it. After `!/test/`, which would undo it.
project.gitignore.exclude('/test/integ/*.snapshot/asset.*', '/test/integ/cdk-integ.out.*', '/test/languages/java/target/');
project.gitattributes.addAttributes('/test/integ/*.snapshot/**', 'linguist-generated');

// Declarations that no declaration of the public API refers to.
project.npmignore?.exclude(
  '/lib/private/', '/lib/custom-resource-code.d.ts', ...['detachment', 'provider', 'room-rate'].map(name => `/lib/custom-resources/${name}.d.ts`),
);

// publib publishes to the public registry unless told otherwise; its address does not belong in our files.
const RELEASE_NPM_PUBLISH_STEP = 9;
project.github?.tryFindWorkflow('release')?.file?.patch(
  JsonPatch.remove(`/jobs/release_npm/steps/${RELEASE_NPM_PUBLISH_STEP}/env/NPM_REGISTRY`),
);

// Source maps with the sources in them are more than half of the package, and every language's package contains it.
for (const option of ['inlineSourceMap', 'inlineSources']) project.tsconfig!.file.addOverride(`compilerOptions.${option}`, false);

// One file in the place of twenty: that loads faster. Without its comments, of which the declarations have a second copy.
project.compileTask.exec([
  'esbuild lib/index.js --bundle --packages=external --platform=node --target=node20 --minify-whitespace --log-level=warning',
  '--outfile=lib/index.js --allow-overwrite',
].join(' '));
project.compileTask.exec('find lib -name "*.js" ! -path lib/index.js -delete');

// Files are linted with the types they are checked with; by default only what is in tsconfig.json, and so in src/, has any.
project.eslint!.config.parserOptions = { sourceType: 'module', project: ['./tsconfig.dev.json', './projenrc/tsconfig.json'] };
local.eslint!.config.parserOptions = { sourceType: 'module', project: './tsconfig.dev.json' };

project.synth();
