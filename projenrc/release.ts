import { type awscdk, Component, github } from 'projen';
import { NODE_WORKFLOWS } from './versions';

/** Publishes the local runtime with the library, in the same version. */
export function configureRelease(project: awscdk.AwsCdkConstructLibrary): void {
  project.release!.addJobs({
    release_local: {
      name: 'Publish the local runtime to npm',
      needs: ['release', 'release_npm'],
      runsOn: ['ubuntu-latest'],
      permissions: { contents: github.workflows.JobPermission.READ, idToken: github.workflows.JobPermission.WRITE },
      if: "needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha",
      steps: [
        github.WorkflowSteps.checkout(),
        { name: 'Setup Node.js', uses: 'actions/setup-node@v7.0.0', with: { 'node-version': NODE_WORKFLOWS } },
        github.WorkflowSteps.downloadArtifact({ with: { artifactIds: ['${{ needs.release.outputs.artifact_id }}'], path: 'dist' } }),
        { name: 'Install dependencies', run: 'npm ci && npm ci --prefix local' },
        { name: 'Compile', run: 'npm run compile --prefix local' },
        { name: 'Take over the version', run: 'npm version --prefix local --no-git-tag-version "$(cat dist/version.txt)"' },
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
