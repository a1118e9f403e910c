import * as path from 'node:path';
import { LambdaHarness } from '../../support/lambda-harness';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

describe('handler forms', () => {
  const ADD = 'event.a + event.b';
  const forms: [string, Record<string, string>, string?][] = [
    ['async', { 'index.js': `exports.handler = async event => ${ADD};` }],
    ['callback', { 'index.js': `exports.handler = (event, context, callback) => { setTimeout(() => callback(null, ${ADD}), 1); };` }],
    ['callback that does not wait for the event loop', {
      'index.js': `exports.handler = (event, context, callback) => {
        context.callbackWaitsForEmptyEventLoop = false;
        setInterval(() => {}, 1000);
        callback(null, ${ADD});
      };`,
    }],
    ['context.succeed', { 'index.js': `exports.handler = (event, context) => { context.succeed(${ADD}); };` }],
    ['plain value', { 'index.js': `exports.handler = event => ${ADD};` }],
    ['nested names', { 'index.js': `exports.api = { v1: { add: async event => ${ADD} } };` }, 'index.api.v1.add'],
    ['nested folders', { 'src/app/main.js': `exports.add = async event => ${ADD};` }, 'src/app/main.add'],
    ['.mjs', { 'index.mjs': `export const handler = async event => ${ADD};` }],
    ['.cjs', { 'index.cjs': `exports.handler = async event => ${ADD};` }],
    ['type module', { 'index.js': `export const handler = async event => ${ADD};`, 'package.json': '{"type":"module"}' }],
    ['default export', { 'index.mjs': `export default { add: async event => ${ADD} };` }, 'index.default.add'],
  ];
  // Node.js 24 does not support callbacks.
  test.each(forms)('%s', async (_form, files, handler = 'index.handler') => {
    await harness.put(files, { handler, runtime: 'nodejs22.x' });
    expect(await harness.invoke({ a: 1, b: 2 })).toBe(3);
    expect(await harness.invoke({ a: 3, b: 4 })).toBe(7);
  });

  test('a handler that returns nothing has the result null', async () => {
    await harness.put({ 'index.js': 'exports.handler = () => {};' }, { runtime: 'nodejs22.x' });
    expect(await harness.invoke()).toBeNull();
  });
});

describe('errors', () => {
  const errors: [string, string, object][] = [
    ['a rejection', 'exports.handler = async () => { throw new TypeError("no"); };', { errorType: 'TypeError', errorMessage: 'no' }],
    ['an exception', 'exports.handler = () => { throw new RangeError("no"); };', { errorType: 'RangeError', errorMessage: 'no' }],
    ['a callback', 'exports.handler = (e, c, callback) => callback(new Error("no"));', { errorType: 'Error', errorMessage: 'no' }],
    ['a thrown string', 'exports.handler = async () => { throw "no"; };', { errorType: 'string', errorMessage: 'no', trace: [] }],
    ['an error in a timer', 'exports.handler = () => new Promise(() => setTimeout(() => { throw new TypeError("no"); }));', { errorType: 'TypeError', errorMessage: 'no' }],
    ['an unhandled rejection', 'exports.handler = () => new Promise(() => { Promise.reject(new Error("no")); setInterval(() => {}, 1000); });', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: expect.stringContaining('Error: no') }],
    ['a promise that never settles', 'exports.handler = () => new Promise(() => {});', { errorType: 'Runtime.NodejsExit' }],
    ['a result that is not JSON', 'exports.handler = async () => 1n;', { errorType: 'Runtime.MarshalError' }],
    ['a missing export', 'exports.other = 1;', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' }],
    ['an export that is not a function', 'exports.handler = 1;', { errorType: 'Runtime.HandlerNotFound' }],
    ['a missing package', 'require("left-pad");', { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining("Error: Cannot find module 'left-pad'") }],
    ['a syntax error', 'exports.handler = ;', { errorType: 'Runtime.UserCodeSyntaxError', errorMessage: expect.stringContaining('SyntaxError') }],
    ['an error during initialization', 'throw new TypeError("no");', { errorType: 'TypeError', errorMessage: 'no' }],
  ];
  test.each(errors)('%s', async (_kind, code, expected) => {
    await harness.put({ 'index.js': code }, { runtime: 'nodejs22.x' });
    const result = await harness.functions.invoke('Function', '{}');
    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({ trace: expect.any(Array), ...expected });
    expect(harness.data()).toEqual([{ event: 'failed', functionName: 'Function', error: expect.stringContaining((expected as { errorType: string }).errorType) }]);
  });

  test.each([
    ['thrown by the handler', { 'index.js': 'function fail() { throw new TypeError("no"); }\nexports.handler = async () => fail();' }, ['index.js:1:25', 'index.js:2:31']],
    ['of an ES module', { 'index.mjs': 'export const handler = async () => { throw new Error("no"); };' }, ['index.mjs:1:44']],
    ['that nothing catches', { 'index.js': 'exports.handler = () => new Promise(() => setTimeout(() => { throw new Error("no"); }));' }, ['index.js:1:68']],
    ['of a promise', { 'index.js': 'exports.handler = () => new Promise(() => { Promise.reject(new Error("no")); setTimeout(() => {}, 9000); });' }, ['index.js:1:60', 'index.js:1:25']],
    ['during initialization', { 'index.js': 'throw new Error("no");' }, ['index.js:1:7']],
  ])('an error %s is shown with its stack trace', async (_when, files, places) => {
    await harness.put(files);
    await harness.invoke();
    const [{ trace }] = harness.liveLog.recent;
    expect(trace!.match(/(?<=\/var\/task\/)[\w.:]+/g)).toEqual(places);
    expect(trace).not.toContain('bootstrap');
  });

  test('a missing file', async () => {
    await harness.put({ 'other.js': '' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('a callback in Node.js 24', async () => {
    await harness.put({ 'index.js': 'exports.handler = (event, context, callback) => callback();' }, { runtime: 'nodejs24.x' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test('an error of another realm keeps its type', async () => {
    await harness.put({ 'index.js': 'exports.handler = async () => { throw require("vm").runInNewContext("new TypeError(\'no\')"); };' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
  });
});

test('the context object', async () => {
  await harness.put({ 'index.js': 'exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() });' }, { memorySize: 256 });
  const { left, ...context } = await harness.invoke();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(30_000);
  expect(context).toMatchObject({
    functionName: 'Function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:Function',
    memoryLimitInMB: '256',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    logGroupName: '/aws/lambda/Function',
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
  });
});

describe('packages', () => {
  const KIND = 'typeof GetRoomCommand';
  test.each([
    ['require', { 'index.js': `const { GetRoomCommand } = require("@aws-sdk/client-ivschat"); exports.handler = async () => ${KIND};` }],
    ['import', { 'index.mjs': `import { GetRoomCommand } from "@aws-sdk/client-ivschat"; export const handler = async () => ${KIND};` }],
    ['import()', { 'index.js': `exports.handler = async () => { const { GetRoomCommand } = await import("@aws-sdk/client-ivschat"); return ${KIND}; };` }],
  ])('the AWS SDK can be loaded with %s', async (_form, files) => {
    await harness.put(files);
    expect(await harness.invoke()).toBe('function');
  });

  test('a bundled SDK takes precedence', async () => {
    await harness.put({
      'index.js': 'exports.handler = async () => require("@aws-sdk/client-ivschat").bundled;',
      'node_modules/@aws-sdk/client-ivschat/index.js': 'exports.bundled = "bundled";',
    });
    expect(await harness.invoke()).toBe('bundled');
  });

  test('an SDK client that is not installed is explained', async () => {
    await harness.put({ 'index.js': 'require("@aws-sdk/client-s3");' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(harness.data('notice')).toContainEqual({ event: 'explained', functionName: 'Function', explanation: expect.stringContaining('The Lambda runtime includes @aws-sdk/client-s3') });
  });

  test('other dependencies of ivschat-local do not resolve', async () => {
    await harness.put({ 'index.js': 'require("yaml");' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('packages and the module type of the surrounding project have no effect', async () => {
    const project = harness.write('project', {
      'package.json': '{"type":"module"}',
      'node_modules/undeclared/index.js': '',
      'cdk.out/missing/index.js': 'require("undeclared");',
      'cdk.out/common/index.js': 'exports.handler = async () => "CommonJS";',
    });
    await harness.put({}, { code: { directory: path.join(project, 'cdk.out/missing') } });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    await harness.put({}, { code: { directory: path.join(project, 'cdk.out/common') } });
    expect(await harness.invoke()).toBe('CommonJS');
  });
});

describe('isolation', () => {
  const NAMES = ['AWS_PROFILE', 'HTTPS_PROXY', 'NODE_OPTIONS', 'SOME_SECRET'];
  const saved = NAMES.map(name => process.env[name]);
  afterEach(() => NAMES.forEach((name, index) => {
    if (saved[index] === undefined) delete process.env[name];
    else process.env[name] = saved[index];
  }));

  test('the environment of the developer is not inherited', async () => {
    for (const name of NAMES) process.env[name] = name === 'NODE_OPTIONS' ? '--no-warnings' : 'secret';
    await harness.put({ 'index.js': 'exports.handler = async () => process.env;' }, { environment: { ROOM_ARN: 'arn' } });
    const environment = await harness.invoke();
    for (const name of NAMES) expect(environment).not.toHaveProperty(name);
    expect(environment).toMatchObject({
      ROOM_ARN: 'arn',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: harness.endpoint,
      AWS_ENDPOINT_URL_IVSCHAT: harness.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Function',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      TZ: ':UTC',
    });
    expect(harness.sessions.find(environment.AWS_ACCESS_KEY_ID)).toMatchObject({ roleArn: 'arn:aws:iam::123456789012:role/Role' });
    expect(environment.HOME.startsWith(harness.folder)).toBe(true);
  });

  test('the definition can set the endpoint of Amazon IVS Chat', async () => {
    await harness.put('exports.handler = async () => process.env.AWS_ENDPOINT_URL_IVSCHAT;', { environment: { AWS_ENDPOINT_URL_IVSCHAT: 'http://127.0.0.1:1' } });
    expect(await harness.invoke()).toBe('http://127.0.0.1:1');
  });

  test('fails for a reserved environment variable', async () => {
    await expect(harness.put('', { environment: { AWS_REGION: 'us-east-1' } })).rejects.toThrow('must not set variables that Lambda reserves, got AWS_REGION');
  });

  test.each([
    ['the default agent and port 443', '{ hostname: url.hostname, port: 443, path: url.pathname, method: "PUT" }'],
    ['a custom agent', '{ hostname: url.hostname, port: url.port, path: url.pathname, method: "PUT", agent: new https.Agent({ keepAlive: true }) }'],
    ['no port', '{ hostname: url.hostname, path: url.pathname, method: "PUT", agent: false }'],
  ])('https requests reach the ResponseURL with %s', async (_request, options) => {
    let received = '';
    harness.onRequest = (req, res) => req.setEncoding('utf8').on('data', text => received += text).on('end', () => res.end(`${req.method} ${req.url}`));
    await harness.put({
      'index.js': `const https = require("https");
        exports.handler = event => new Promise((resolve, reject) => {
          const url = new URL(event.ResponseURL);
          https.request(${options}, res => {
            let text = '';
            res.on('data', data => text += data).on('end', () => resolve(text));
          }).on("error", reject).end("the response");
        });`,
    });
    expect(await harness.invoke({ ResponseURL: `${harness.endpoint}/cfn/secret` })).toBe('PUT /cfn/secret');
    expect(received).toBe('the response');
  });
});

test('inline code can use cfn-response', async () => {
  let received = '';
  harness.onRequest = (req, res) => req.setEncoding('utf8').on('data', text => received += text).on('end', () => res.end());
  await harness.put(`const response = require('cfn-response');
    exports.handler = (event, context) => { response.send(event, context, response.SUCCESS, { Answer: 42 }, 'physical'); };`, { runtime: 'nodejs22.x' });
  const event = { ResponseURL: `${harness.endpoint}/cfn/secret`, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'logical' };
  await harness.invoke(event);
  expect(JSON.parse(received)).toMatchObject({
    Status: 'SUCCESS', PhysicalResourceId: 'physical', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'logical', NoEcho: false, Data: { Answer: 42 },
  });
});

test('another major version of Node.js is logged once', async () => {
  await harness.put('exports.handler = async () => 1;', { runtime: 'nodejs18.x' });
  await harness.put('exports.handler = async () => 1;', { runtime: 'nodejs18.x', functionName: 'Other' });
  expect(harness.data('notice')).toEqual([{ event: 'other-runtime', functionName: 'Function', runtime: 'nodejs18.x' }]);
});

test.each(['java21', 'dotnet8', 'ruby3.3', ''])('fails for the runtime "%s"', async runtime => {
  await expect(harness.put('', { runtime })).rejects.toThrow(`Runtime of a function must be nodejs*, python* or provided.* to run in ivschat-local, got ${runtime || 'none'}.`);
});

test('fails for a missing code folder', async () => {
  await expect(harness.put({}, { code: { directory: '/nowhere' } })).rejects.toThrow('Code of the function Function must be a folder on this machine, got /nowhere');
});
