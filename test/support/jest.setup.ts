// aws-cdk-lib 2.262 and later validate every template, which takes more than a second and 250 MB in each worker.
// Only test/strict.test.ts enables it.
process.env.CDK_VALIDATION = 'false';

// A call of a deprecated CDK API would print a warning when users synthesize.
process.env.JSII_DEPRECATED = 'fail';
