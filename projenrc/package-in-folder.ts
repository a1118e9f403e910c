import { type Dependency, DependencyType, javascript, type typescript } from 'projen';
import { NODE_MINIMUM, TYPESCRIPT } from './versions';

/** What the packages in folders of the repository have in common. */
export const PACKAGE = {
  bugsUrl: 'https://github.com/cdk-ivschat/cdk-ivschat/issues',
  authorName: 'cdk-ivschat contributors',
  authorUrl: 'https://github.com/cdk-ivschat',
  authorOrganization: true,
  repository: 'https://github.com/cdk-ivschat/cdk-ivschat.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-ivschat contributors',
  packageManager: javascript.NodePackageManager.NPM,
  typescriptVersion: TYPESCRIPT,
  minNodeVersion: NODE_MINIMUM,
} satisfies Partial<typescript.TypeScriptProjectOptions>;

/**
 * Removes development dependencies that the repository itself has. Node.js, npm scripts and TypeScript find them in the
 * node_modules of the parent folder, so that they are installed once, in one version.
 */
export function useToolsOf(library: typescript.TypeScriptProject, project: typescript.TypeScriptProject, tests: string[]): void {
  const isShared = ({ name, type }: Dependency) =>
    type === DependencyType.BUILD && library.deps.all.some(other => other.name === name && other.type === DependencyType.BUILD);
  for (const { name } of project.deps.all.filter(isShared)) project.deps.removeDependency(name, DependencyType.BUILD);
  // Tests may import the dependencies of both packages; src/ only those that are published with it.
  const rule = 'import/no-extraneous-dependencies';
  const [level, options] = project.eslint!.rules[rule];
  project.eslint!.addOverride({ files: tests, rules: { [rule]: [level, { ...options, packageDir: ['.', '..'] }] } });
}
