// aws-cdk-lib 2.262 and later validate every template, for more than a second and 250 MB in each worker.
// test/strict.test.ts is the one file that turns it on.
process.env.CDK_VALIDATION = 'false';

// A call of a deprecated CDK API would print a warning into every user's synthesis.
process.env.JSII_DEPRECATED = 'fail';
