import { type awscdk, javascript, typescript } from 'projen';
import { addStyleRules } from './lint-style';
import { PACKAGE, useToolsOf } from './package-in-folder';
import { lintWithTypes } from './testing';

/** The kit for review handlers is a separate package without dependencies, because functions bundle it. Its Python twin is in review/python. */
export function addReviewKit(library: awscdk.AwsCdkConstructLibrary): void {
  const review = new typescript.TypeScriptProject({
    parent: library,
    outdir: 'review',
    name: 'ivschat-review',
    description: 'Message review handlers for Amazon IVS Chat that always return a valid response, in time',
    keywords: ['aws', 'aws-lambda', 'lambda', 'amazon-ivs', 'ivs', 'ivschat', 'chat', 'moderation'],
    homepage: 'https://github.com/cdk-ivschat/cdk-ivschat/tree/main/review#readme',
    ...PACKAGE,
    repositoryDirectory: 'review',
    entrypoint: 'lib/index.js',
    devDeps: ['fast-check@^4'],
    tsconfigDevFile: 'tsconfig.dev.json',
    tsconfig: {
      compilerOptions: { lib: ['es2022'], target: 'es2022', resolveJsonModule: true, types: ['jest', 'node'], inlineSourceMap: false, inlineSources: false },
    },
    tsconfigDev: { compilerOptions: { isolatedModules: true } },
    jestOptions: { updateSnapshot: javascript.UpdateSnapshot.NEVER, jestConfig: { collectCoverage: false } },
    eslintOptions: { dirs: ['src'], devdirs: ['test'], commandOptions: { fix: false } },
    sampleCode: false,
    depsUpgrade: false,
  });
  useToolsOf(library, review, ['test/**']);
  review.npmignore?.exclude('/python/', '/cases.json', '/API.md');
  review.gitignore.exclude('/python/dist/', '/python/build/', '*.egg-info/');
  // CommonJS, from which ES modules can import each name.
  review.package.addField('exports', { '.': { types: './lib/index.d.ts', default: './lib/index.js' }, './package.json': './package.json' });
  review.package.addField('sideEffects', false);
  lintWithTypes(review, './tsconfig.dev.json');
  addStyleRules(review.eslint!);

  review.testTask.prependSpawn(review.addTask('typecheck', { description: 'Type-check src and tests', exec: 'tsc --noEmit -p tsconfig.dev.json' }));
  // .ci/run compares the result with the one that is checked in.
  review.compileTask.exec('tsx ../scripts/package-api.ts review');
  review.addTask('test:python', { description: 'Test the Python package', exec: 'python3 -m unittest discover --start-directory tests --top-level-directory .', cwd: 'python' });
}
