import { type awscdk, javascript, JsonFile, type Task, type typescript } from 'projen';
import { enforcePackageApis } from './layers';
import { addStyleRules } from './lint-style';
import { CDK_NEWEST } from './versions';

/** Tests, examples and benchmarks import the packages by the names that users import. */
const PACKAGES = { '^cdk-ivschat$': '<rootDir>/src', '^ivschat-local$': '<rootDir>/local/src', '^ivschat-review$': '<rootDir>/review/src' };

const IGNORED_TESTS = ['/node_modules/', '<rootDir>/local/', '<rootDir>/review/'];

/** Tests that deploy to the local runtime. They take as long as all others together, and have a task of their own. */
const DEPLOYED_TESTS = '<rootDir>/test/deployed/';

/** Options of the library's jest, eslint and tsconfig.dev.json. */
export const TESTING = {
  // One configuration type-checks tests, examples and bench. By default it lives in test/ and covers only that folder.
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // Folders with their own configuration.
    exclude: ['node_modules', 'handlers', 'local', 'review', 'lib', 'dist', 'cdk.out'],
    compilerOptions: {
      // Handlers are bundled as ES modules, which can load parts of themselves with `import()`. For jest they become CommonJS, but only from
      // these options: a Node.js module in CommonJS keeps its `import()`, which jest does not support.
      module: 'esnext',
      moduleResolution: javascript.TypeScriptModuleResolution.BUNDLER,
      paths: { 'cdk-ivschat': ['./src/index.ts'], 'ivschat-local': ['./local/src/index.ts'], 'ivschat-review': ['./review/src/index.ts'] },
      // cdk-nag's declarations need a newer aws-cdk-lib than the floor.
      skipLibCheck: true,
    },
  },
  jestOptions: {
    // By default a changed template passes because the stored one is rewritten.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      // V8's coverage counts everything that runs, the CDK included, and takes half as long again as the tests.
      coverageProvider: 'babel',
      // jest leaves one CPU idle, which is half of a small machine.
      maxWorkers: '100%',
      // The template validator costs more than a second and 250 MB per worker. It runs in test/strict.test.ts only.
      setupFiles: ['<rootDir>/test/support/jest.setup.ts'],
      globalSetup: '<rootDir>/test/support/jest.global-setup.ts',
      globalTeardown: '<rootDir>/test/support/jest.global-teardown.ts',
      moduleNameMapper: PACKAGES,
      collectCoverageFrom: ['src/**/*.ts', 'handlers/**/*.ts'],
      coverageThreshold: { branches: 95, functions: 95, lines: 95, statements: 95 },
      testPathIgnorePatterns: [...IGNORED_TESTS, DEPLOYED_TESTS, '<rootDir>/test/strict.test.ts'],
      // Otherwise jest finds a second package.json with the same name in the packaging output.
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
    },
  },
  eslintOptions: {
    tsconfigPath: './tsconfig.dev.json',
    dirs: ['src'],
    // Handlers are bundled with the packages they import, which are development dependencies of the library.
    devdirs: ['handlers', 'test', 'examples', 'bench', 'scripts'],
    // `npm test` must not edit the files it tests.
    commandOptions: { fix: false },
  },
} satisfies Partial<awscdk.AwsCdkConstructLibraryOptions>;

/** Type-checks the tests, and adds the tasks for those that deploy and for the newest CDK. */
export function configureTesting(project: awscdk.AwsCdkConstructLibrary, tasks: { bundle: Task; installLocal: Task }): void {
  // ts-jest only strips types (isolatedModules), so a type error in a test would pass.
  const typecheck = project.addTask('typecheck', { description: 'Type-check src, handlers, tests, examples and bench' });
  // Tests that deploy to the local runtime are type-checked with it.
  typecheck.spawn(tasks.installLocal);
  typecheck.exec('tsc --noEmit -p tsconfig.dev.json');
  typecheck.exec('tsc --noEmit -p handlers');
  project.testTask.prependSpawn(typecheck);
  project.testTask.prependSpawn(tasks.bundle);

  addJestTask(project, 'test:deployed', 'Deploy to the local runtime, and test what comes out', {
    testMatch: [`${DEPLOYED_TESTS}**/*.test.ts`],
  }, tasks.installLocal, tasks.bundle);
  // With another aws-cdk-lib mapped in. What functions do is the same on each version: only deployments with functions of the CDK itself
  // are tested again.
  addJestTask(project, 'test:newest', `Run the tests, the strict ones included, on aws-cdk-lib ${CDK_NEWEST}`, {
    testPathIgnorePatterns: [...IGNORED_TESTS, '<rootDir>/test/handlers/', `${DEPLOYED_TESTS}(?!(integ-tests|live-chat|provider).test.ts)`],
    displayName: `aws-cdk-lib ${CDK_NEWEST}`,
    moduleNameMapper: { ...PACKAGES, '^aws-cdk-lib(/.*)?$': '<rootDir>/node_modules/aws-cdk-lib-newest$1' },
  });
  lintWithTypes(project, ['./tsconfig.dev.json', './handlers/tsconfig.json', './projenrc/tsconfig.json']);
  addStyleRules(project.eslint!);
  enforcePackageApis(project.eslint!);

  // The code of functions is not compared, and each test would store 2 MB of it.
  project.gitignore.exclude('/test/integ/*.snapshot/asset.*', '/test/integ/cdk-integ.out.*', '/test/languages/java/target/');
  project.gitattributes.addAttributes('/test/integ/*.snapshot/**', 'linguist-generated');
}

/** Without this, only files of tsconfig.json, and so of src/, are linted with type information. */
export function lintWithTypes(project: typescript.TypeScriptProject, tsconfig: string | string[]): void {
  project.eslint!.config.parserOptions = { sourceType: 'module', project: tsconfig };
}

/** Adds a task that runs tests with a changed configuration, in a file of its own, and without coverage. */
function addJestTask(project: awscdk.AwsCdkConstructLibrary, name: string, description: string, changes: object, ...first: Task[]): void {
  const file = `jest.${name.replace('test:', '')}.json`;
  new JsonFile(project, file, {
    obj: {
      ...project.jest!.config,
      testPathIgnorePatterns: IGNORED_TESTS,
      coverageThreshold: undefined,
      collectCoverage: false,
      reporters: ['default'],
      ...changes,
    },
  });
  const task = project.addTask(name, { description });
  for (const other of first) task.spawn(other);
  task.exec(`jest --ci --config ${file}`, { receiveArgs: true });
}
