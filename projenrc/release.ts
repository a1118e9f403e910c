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

/** Publishes the local runtime with the library, in the same version. */
export function configureRelease(project: awscdk.AwsCdkConstructLibrary): void {
  for (const [action, commit] of Object.entries(ACTIONS)) project.github!.actions.set(action, `${action}@${commit}`);
  // The action only reads titles; it can write when asked to report a status of its own.
  project.github!.tryFindWorkflow('pull-request-lint')!.file!.addOverride('jobs.validate.permissions.pull-requests', 'read');

  project.release!.addJobs({
    release_local: {
      name: 'Publish the local runtime to npm',
      needs: ['release', 'release_npm'],
      runsOn: ['ubuntu-latest'],
      permissions: { contents: github.workflows.JobPermission.READ, idToken: github.workflows.JobPermission.WRITE },
      if: "needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha",
      steps: [
        github.WorkflowSteps.checkout(),
        { name: 'Setup Node.js', uses: github.ActionRefs.ACTIONS_SETUP_NODE, with: { 'node-version': NODE_WORKFLOWS } },
        github.WorkflowSteps.downloadArtifact({ with: { artifactIds: ['${{ needs.release.outputs.artifact_id }}'], path: 'dist' } }),
        { name: 'Install dependencies', run: 'npm ci && npm ci --prefix local' },
        { name: 'Compile', run: 'npm run compile --prefix local' },
        { name: 'Set the version of the library', run: 'npm version --prefix local --no-git-tag-version "$(cat dist/version.txt)"' },
        { name: 'Publish', run: 'npm publish ./local --provenance ${{ inputs.dry_run && \'--dry-run\' || \'\' }}' },
      ],
    },
  });
  new PublicRegistry(project);
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
