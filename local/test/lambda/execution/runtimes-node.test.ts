import * as path from 'node:path';
import { Harness } from '../../support/lambda-harness';

let harness: Harness;
beforeEach(async () => harness = await Harness.start());
afterEach(async () => harness.close());

describe('forms of a handler', () => {
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
  // Callbacks are gone in Node.js 24.
  test.each(forms)('%s', async (_form, files, handler = 'index.handler') => {
    await harness.put(files, { handler, runtime: 'nodejs22.x' });
    expect(await harness.invoke({ a: 1, b: 2 })).toBe(3);
    expect(await harness.invoke({ a: 3, b: 4 })).toBe(7);
  });

  test('a handler that returns nothing answers null', async () => {
    await harness.put({ 'index.js': 'exports.handler = () => {};' }, { runtime: 'nodejs22.x' });
    expect(await harness.invoke()).toBeNull();
  });
});

describe('errors', () => {
  const errors: [string, string, object][] = [
    ['a rejection', 'exports.handler = async () => { throw new TypeError("no"); };', { errorType: 'TypeError', errorMessage: 'no' }],
    ['an exception', 'exports.handler = () => { throw new RangeError("no"); };', { errorType: 'RangeError', errorMessage: 'no' }],
    ['a callback', 'exports.handler = (e, c, callback) => callback(new Error("no"));', { errorType: 'Error', errorMessage: 'no' }],
    ['a thrown text', 'exports.handler = async () => { throw "no"; };', { errorType: 'string', errorMessage: 'no', trace: [] }],
    ['an error in a timer', 'exports.handler = () => new Promise(() => setTimeout(() => { throw new TypeError("no"); }));', { errorType: 'TypeError', errorMessage: 'no' }],
    ['an unhandled rejection', 'exports.handler = () => new Promise(() => { Promise.reject(new Error("no")); setInterval(() => {}, 1000); });', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: expect.stringContaining('Error: no') }],
    ['a promise that cannot settle', 'exports.handler = () => new Promise(() => {});', { errorType: 'Runtime.NodejsExit' }],
    ['a result that is not JSON', 'exports.handler = async () => 1n;', { errorType: 'Runtime.MarshalError' }],
    ['a missing export', 'exports.other = 1;', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' }],
    ['an export that is no function', 'exports.handler = 1;', { errorType: 'Runtime.HandlerNotFound' }],
    ['a missing package', 'require("left-pad");', { errorType: 'Runtime.ImportModuleError', errorMessage: expect.stringContaining("Error: Cannot find module 'left-pad'") }],
    ['a syntax error', 'exports.handler = ;', { errorType: 'Runtime.UserCodeSyntaxError', errorMessage: expect.stringContaining('SyntaxError') }],
    ['an error while it loads', 'throw new TypeError("no");', { errorType: 'TypeError', errorMessage: 'no' }],
  ];
  test.each(errors)('%s', async (_kind, code, expected) => {
    await harness.put({ 'index.js': code }, { runtime: 'nodejs22.x' });
    const result = await harness.functions.invoke('Function', '{}');
    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({ trace: expect.any(Array), ...expected });
    expect(harness.texts()).toEqual([expect.stringContaining(`Function failed: ${(expected as any).errorType}`)]);
  });

  test('a missing file', async () => {
    await harness.put({ 'other.js': '' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('a callback in Node.js 24', async () => {
    await harness.put({ 'index.js': 'exports.handler = (event, context, callback) => callback();' }, { runtime: 'nodejs24.x' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test('an error in a module of another realm still has its name', async () => {
    await harness.put({ 'index.js': 'exports.handler = async () => { throw require("vm").runInNewContext("new TypeError(\'no\')"); };' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
  });
});

test('the context', async () => {
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
  ])('the AWS SDK comes with %s', async (_form, files) => {
    await harness.put(files);
    expect(await harness.invoke()).toBe('function');
  });

  test('a bundled SDK wins', async () => {
    await harness.put({
      'index.js': 'exports.handler = async () => require("@aws-sdk/client-ivschat").mine;',
      'node_modules/@aws-sdk/client-ivschat/index.js': 'exports.mine = "mine";',
    });
    expect(await harness.invoke()).toBe('mine');
  });

  test('a client that is not here is explained', async () => {
    await harness.put({ 'index.js': 'require("@aws-sdk/client-s3");' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(harness.texts('notice').join()).toContain('Lambda\'s own runtime has @aws-sdk/client-s3');
  });

  test('of this package only the AWS SDK is found', async () => {
    await harness.put({ 'index.js': 'require("yaml");' });
    expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
  });

  test('what is not in the asset is not found in the project around it', async () => {
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

describe('what a function sees of this machine', () => {
  const NAMES = ['AWS_PROFILE', 'HTTPS_PROXY', 'NODE_OPTIONS', 'A_SECRET_OF_MINE'];
  const saved = NAMES.map(name => process.env[name]);
  afterEach(() => NAMES.forEach((name, index) => {
    if (saved[index] === undefined) delete process.env[name];
    else process.env[name] = saved[index];
  }));

  test('an environment of its own', async () => {
    for (const name of NAMES) process.env[name] = name === 'NODE_OPTIONS' ? '--no-warnings' : 'mine';
    await harness.put({ 'index.js': 'exports.handler = async () => process.env;' }, { environment: { ROOM_ARN: 'arn' } });
    const environment = await harness.invoke();
    for (const name of NAMES) expect(environment).not.toHaveProperty(name);
    expect(environment).toMatchObject({
      ROOM_ARN: 'arn',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: harness.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Function',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      TZ: ':UTC',
    });
    expect(harness.functions.roleOf(environment.AWS_ACCESS_KEY_ID)).toBe('arn:aws:iam::123456789012:role/Role');
    expect(harness.functions.roleOf('developer')).toBeUndefined();
    expect(environment.HOME.startsWith(harness.folder)).toBe(true);
  });

  test('fails for an environment variable that Lambda reserves', async () => {
    await expect(harness.put('', { environment: { AWS_REGION: 'us-east-1' } })).rejects.toThrow('reserves: AWS_REGION');
  });

  test.each([
    ['fetch', 'fetch("https://ivschat.eu-west-1.amazonaws.com/").catch(error => { throw error.cause; })'],
    ['https', 'new Promise((resolve, reject) => require("https").get("https://s3.amazonaws.com/", resolve).on("error", reject))'],
    ['the metadata service', 'fetch("http://169.254.169.254/latest/meta-data/").catch(error => { throw error.cause; })'],
    ['an SDK client with the real endpoint',
      'new (require("@aws-sdk/client-ivschat").IvschatClient)({ endpoint: "https://ivschat.eu-west-1.amazonaws.com", maxAttempts: 1 }).send(new (require("@aws-sdk/client-ivschat").ListRoomsCommand)({}))'],
  ])('nothing gets to AWS by %s', async (_way, call) => {
    await harness.put({ 'index.js': `exports.handler = async () => { await ${call}; };` });
    expect((await harness.invoke()).errorMessage).toMatch(/^Functions on this machine cannot connect to [\w.-]*(amazonaws\.com|169\.254\.169\.254)\.$/);
  });

  test.each([
    ['the default agent, port 443 assumed', '{ hostname: url.hostname, port: 443, path: url.pathname, method: "PUT" }'],
    ['an agent of its own', '{ hostname: url.hostname, port: url.port, path: url.pathname, method: "PUT", agent: new https.Agent({ keepAlive: true }) }'],
    ['no port at all', '{ hostname: url.hostname, path: url.pathname, method: "PUT", agent: false }'],
  ])('https reaches the ResponseURL with %s', async (_way, options) => {
    let received = '';
    harness.onRequest = (req, res) => req.setEncoding('utf8').on('data', text => received += text).on('end', () => res.end(`${req.method} ${req.url}`));
    await harness.put({
      'index.js': `const https = require("https");
        exports.handler = event => new Promise((resolve, reject) => {
          const url = new URL(event.ResponseURL);
          https.request(${options}, res => {
            let text = '';
            res.on('data', data => text += data).on('end', () => resolve(text));
          }).on("error", reject).end("the answer");
        });`,
    });
    expect(await harness.invoke({ ResponseURL: `${harness.endpoint}/cfn/secret` })).toBe('PUT /cfn/secret');
    expect(received).toBe('the answer');
  });
});

test('inline code has cfn-response', async () => {
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

test('another major version of Node.js is said once', async () => {
  await harness.put('exports.handler = async () => 1;', { runtime: 'nodejs18.x' });
  await harness.put('exports.handler = async () => 1;', { runtime: 'nodejs18.x', functionName: 'Other' });
  expect(harness.texts('notice')).toEqual([`Functions of the runtime nodejs18.x run with Node.js ${process.versions.node}, which this machine has.`]);
});

test.each(['java21', 'dotnet8', 'ruby3.3', ''])('fails for the runtime "%s"', async runtime => {
  await expect(harness.put('', { runtime })).rejects.toThrow(/^Functions of the runtime .* cannot run on this machine: only/);
});

test('fails for code that is not there', async () => {
  await expect(harness.put({}, { code: { directory: '/nowhere' } })).rejects.toThrow('The code of the function Function is not a folder on this machine: /nowhere');
});
