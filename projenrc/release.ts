import { type awscdk, Component, github } from 'projen';
import { ACTIONS, NODE_WORKFLOWS, PUBLIB } from './versions';

/** Options of the library's workflows. */
export const WORKFLOWS = {
  workflowNodeVersion: NODE_WORKFLOWS,
  // Further checks of a pull request.
  postBuildSteps: [{ run: 'npx projen test:deployed' }, { run: 'npx projen test:newest' }, { run: 'npx projen docs:check' }],
  // The job runs code of the pull request, so it must not be able to write. A build that changes files fails.
  buildWorkflowOptions: { mutableBuild: false, permissions: { contents: github.workflows.JobPermission.READ } },
  githubOptions: {
    // Rules of a hosted bot are the maintainers' choice, not the library's.
    mergify: false,
    pullRequestLintOptions: {
      semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'refactor', 'perf', 'test', 'build', 'ci', 'chore'] },
    },
  },
  jsiiReleaseVersion: PUBLIB,
} satisfies Partial<awscdk.AwsCdkConstructLibraryOptions>;

export const PULL_REQUEST_TEMPLATE = [
  '<!-- What changes for users, and why. Link the issue with "Fixes #123". -->',
  '',
  '- [ ] The title is a [conventional commit](https://www.conventionalcommits.org): `feat: …`, `fix: …`, `docs: …`',
  '- [ ] A test fails without the change',
  '- [ ] Documentation, and `CHANGELOG.md` for what users see',
  '- [ ] No construct id or logical id changes, or the description says how stacks upgrade',
];

/** Publishes the local runtime and the review kit with the library, in the same version. */
export function configureRelease(project: awscdk.AwsCdkConstructLibrary): void {
  for (const [action, commit] of Object.entries(ACTIONS)) project.github!.actions.set(action, `${action}@${commit}`);
  // The action only reads titles; it can write when asked to report a status of its own.
  project.github!.tryFindWorkflow('pull-request-lint')!.file!.addOverride('jobs.validate.permissions.pull-requests', 'read');

  const install = { name: 'Install dependencies', run: 'npm ci' };
  project.release!.addJobs({
    release_local: publishJob('Publish the local runtime to npm', [
      { name: 'Install dependencies', run: 'npm ci && npm ci --prefix local' },
      ...publishToNpm('local'),
    ]),
    release_review: publishJob('Publish the review kit to npm', [install, ...publishToNpm('review')]),
    release_review_pypi: publishJob('Publish the review kit to PyPI', [
      { name: 'Setup Python', uses: github.ActionRefs.ACTIONS_SETUP_PYTHON, with: { 'python-version': '3.x' } },
      install,
      { name: 'Set the version of the library', run: 'sed -i "s/^version = .*/version = \\"$(cat dist/version.txt)\\"/" review/python/pyproject.toml' },
      { name: 'Build', run: 'pip install build && python -m build review/python' },
      {
        name: 'Publish',
        env: { PYPI_TRUSTED_PUBLISHER: 'true', PUBLIB_DRYRUN: '${{ inputs.dry_run }}' },
        run: `npx -p publib@${PUBLIB} publib-pypi review/python/dist`,
      },
    ]),
  });
  new PublicRegistry(project);
}

/** A job that runs after the library was published, with its artifacts in dist/. */
function publishJob(name: string, steps: github.workflows.JobStep[]): github.workflows.Job {
  return {
    name,
    needs: ['release', 'release_npm'],
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ, idToken: github.workflows.JobPermission.WRITE },
    if: "needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha",
    steps: [
      github.WorkflowSteps.checkout(),
      { name: 'Setup Node.js', uses: github.ActionRefs.ACTIONS_SETUP_NODE, with: { 'node-version': NODE_WORKFLOWS } },
      github.WorkflowSteps.downloadArtifact({ with: { artifactIds: ['${{ needs.release.outputs.artifact_id }}'], path: 'dist' } }),
      ...steps,
    ],
  };
}

/** Compiles a package of the repository and publishes it. */
function publishToNpm(folder: string): github.workflows.JobStep[] {
  return [
    { name: 'Compile', run: `npm run compile --prefix ${folder}` },
    { name: 'Set the version of the library', run: `npm version --prefix ${folder} --no-git-tag-version "$(cat dist/version.txt)"` },
    { name: 'Publish', run: `npm publish ./${folder} --provenance \${{ inputs.dry_run && '--dry-run' || '' }}` },
  ];
}

/** publib publishes to the public registry by default; generated files contain no registry address. */
class PublicRegistry extends Component {
  constructor(private readonly library: awscdk.AwsCdkConstructLibrary) {
    super(library);
  }

  /** The publishing jobs exist only now. */
  public preSynthesize(): void {
    const { steps } = this.library.github!.tryFindWorkflow('release')!.getJob('release_npm') as github.workflows.Job;
    for (const { env } of steps) delete env?.NPM_REGISTRY;
  }
}
