import { awscdk, javascript } from 'projen';
import { addLocalRuntime } from './projenrc/local-runtime';
import { configurePackaging } from './projenrc/packaging';
import { configureRelease, PULL_REQUEST_TEMPLATE, WORKFLOWS } from './projenrc/release';
import { addReviewKit } from './projenrc/review-kit';
import { addTasks } from './projenrc/tasks';
import { configureTesting, TESTING } from './projenrc/testing';
import * as versions from './projenrc/versions';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-ivschat',
  description: 'AWS CDK constructs for Amazon IVS Chat: moderated and logged chat rooms with least-privilege access',
  author: 'cdk-ivschat contributors',
  authorAddress: 'https://github.com/cdk-ivschat',
  authorOrganization: true,
  homepage: 'https://github.com/cdk-ivschat/cdk-ivschat#readme',
  bugsUrl: 'https://github.com/cdk-ivschat/cdk-ivschat/issues',
  repositoryUrl: 'https://github.com/cdk-ivschat/cdk-ivschat.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-ivschat contributors',
  // Construct Hub recognises CDK libraries by `awscdk`; projen itself adds only `cdk`.
  keywords: ['awscdk', 'aws-cdk', 'aws', 'amazon-ivs', 'ivs', 'ivschat', 'chat', 'chat-room', 'moderation', 'least-privilege'],
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,

  // The first release with everything the constructs use: reference interfaces with an environment, the settled
  // ValidationError form (2.248), ResourceWithPolicies on L1s and Runtime.NODEJS_24_X.
  cdkVersion: versions.CDK_FLOOR,
  constructsVersion: versions.CONSTRUCTS,
  jsiiVersion: versions.JSII,
  typescriptVersion: versions.TYPESCRIPT,
  minNodeVersion: versions.NODE_MINIMUM,
  devDeps: versions.DEV_DEPENDENCIES,
  // Most of the assembly lists the CDK's submodules, which compresses to a tenth.
  compressAssembly: true,

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

  ...TESTING,
  ...WORKFLOWS,

  gitignore: ['/assets/', 'cdk.out/', '.ivschat-local/', '.jsii.gz', '.jsii.tabl.json', '.DS_Store', '__pycache__/'],
  pullRequestTemplateContents: PULL_REQUEST_TEMPLATE,
  depsUpgrade: false,
  // projen would write a sample class called Hello.
  sampleCode: false,
});

const { bundle } = configurePackaging(project);
const { installLocal } = addLocalRuntime(project);
addReviewKit(project);
configureTesting(project, { bundle, installLocal });
addTasks(project, { bundle, installLocal });
configureRelease(project);

project.synth();
