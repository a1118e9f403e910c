import type { awscdk, Task } from 'projen';
import { UNRS_RESOLVER } from './versions';

/** pacmak itself adds the versions of Python, the status, the licence and `Typing :: Typed`. */
const PYPI_CLASSIFIERS = ['Framework :: AWS CDK', 'Framework :: AWS CDK :: 2', 'Topic :: Communications :: Chat'];

/** What the published package contains, and how it is compiled. */
export function configurePackaging(project: awscdk.AwsCdkConstructLibrary): { bundle: Task } {
  // cdk-nag 3 requires a newer CDK than the floor. It runs only in the tests on the newest CDK.
  project.package.addField('overrides', () => ({ 'unrs-resolver': UNRS_RESOLVER, 'cdk-nag': { 'aws-cdk-lib': '$aws-cdk-lib' } }));

  project.tryFindObjectFile('package.json')!.addOverride('jsii.targets.python.classifiers', PYPI_CLASSIFIERS);

  // With several language targets, projen's `build` packages for all of them, which takes five toolchains.
  project.packageTask.reset();
  project.packageTask.spawn(project.tasks.tryFind('package:js')!);

  // Rosetta does not write valid Go: the README of the Go module gets an example of its own.
  project.tasks.tryFind('package:go')!.prependExec('tsx scripts/go-readme.ts');
  // The snippets of README and docs in each language: pacmak reads the tablet this writes.
  for (const language of ['python', 'java', 'go', 'dotnet']) {
    project.tasks.tryFind(`package:${language}`)!.prependExec('jsii-rosetta extract --strict');
  }

  // Inline source maps are more than half of the package, and the package of every language contains it.
  for (const option of ['inlineSourceMap', 'inlineSources']) project.tsconfig!.file.addOverride(`compilerOptions.${option}`, false);

  project.tasks.tryFind('docgen')!.exec('tsx scripts/api-contents.ts');

  const bundle = addBundling(project);
  trimAssembly(project);
  ignoreForNpm(project);
  return { bundle };
}

function addBundling(project: awscdk.AwsCdkConstructLibrary): Task {
  const bundle = project.addTask('bundle', {
    description: 'Bundle the functions of handlers/ into assets/, with a notice of the packages they contain',
    exec: 'tsx scripts/bundle-handlers.ts',
  });
  // Without it, a package would seem complete until its first deployment.
  project.compileTask.prependSpawn(bundle);
  project.compileTask.exec('tsx scripts/bundle-library.ts');
  return bundle;
}

/** For `npm pack`, which jsii-pacmak runs as well. */
function trimAssembly(project: awscdk.AwsCdkConstructLibrary): void {
  project.setScript('prepack', 'tsx scripts/trim-assembly.ts trim');
  project.setScript('postpack', 'tsx scripts/trim-assembly.ts restore');
  for (const ignored of [project.gitignore, project.npmignore]) ignored?.exclude('/.jsii.complete.gz');
}

function ignoreForNpm(project: awscdk.AwsCdkConstructLibrary): void {
  // Documentation and tools of the repository.
  project.npmignore?.exclude(
    '/API.md', '/CHANGELOG.md', '/CONTRIBUTING.md', '/SECURITY.md', '/docs/', '/rosetta/', '/bench/', '/examples/', '/local/', '/review/', '/scripts/',
    '/handlers/', '/.ci/', '/cdk.out/', '/.compatignore', '/.jsii.tabl.json', '/jest.deployed.json', '/jest.newest.json', '/*.tgz', '/.ivschat-local/',
  );
}
