import { LambdaHarness } from '../../support/lambda-harness';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const put = (files: Record<string, string> | string, settings = {}) => harness.put(files, { runtime: 'python3.11', ...settings });

test.each([
  ['a module', { 'index.py': 'def handler(event, context): return event["a"] + event["b"]' }, 'index.handler'],
  ['a module in a package', { 'app/__init__.py': '', 'app/main.py': 'def add(event, context): return event["a"] + event["b"]' }, 'app.main.add'],
  ['a module in a folder', { 'app/main.py': 'def add(event, context): return event["a"] + event["b"]' }, 'app/main.add'],
])('the handler in %s', async (_form, files, handler) => {
  await put(files, { handler });
  expect(await harness.invoke({ a: 1, b: 2 })).toBe(3);
  expect(await harness.invoke({ a: 'ü', b: '😀' })).toBe('ü😀');
});

test.each([
  ['an exception', 'def handler(event, context): raise ValueError("no")', { errorType: 'ValueError', errorMessage: 'no' }],
  ['a missing handler', 'other = 1', { errorType: 'Runtime.HandlerNotFound', errorMessage: "Handler 'handler' missing on module 'index'" }],
  ['a missing module', 'import missing_module', { errorType: 'Runtime.ImportModuleError', errorMessage: "Unable to import module 'index': No module named 'missing_module'" }],
  ['a syntax error', 'def', { errorType: 'Runtime.UserCodeSyntaxError' }],
  ['a result that is not JSON', 'def handler(event, context): return {1, 2}', { errorType: 'Runtime.MarshalError' }],
])('fails for %s', async (_kind, code, expected) => {
  await put({ 'index.py': code });
  const { functionError, payload } = await harness.functions.invoke('Function', '{}');
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toMatchObject({ stackTrace: expect.any(Array), ...expected });
});

test.each([
  ['thrown by the handler', 'def fail(): raise ValueError("no")\ndef handler(event, context): fail()', ['line 2, in handler', 'line 1, in fail']],
  ['during initialization', 'raise ValueError("no")', ['line 1, in <module>']],
])('an error %s is shown with its stack trace', async (_when, code, places) => {
  await put({ 'index.py': code });
  await harness.invoke();
  const [{ trace }] = harness.liveLog.recent;
  expect(trace!.split('\n').filter(line => line.includes('File')).map(line => line.replace('  File "/var/task/index.py", ', ''))).toEqual(places);
});

test('sys.exit fails the invocation', async () => {
  await put({ 'index.py': 'import sys\ndef handler(event, context): sys.exit(3)' });
  expect(await harness.invoke()).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') });
});

test('the context object and the environment', async () => {
  await put({
    'index.py': `import os
def handler(event, context):
    return {
        'name': context.function_name, 'arn': context.invoked_function_arn, 'left': context.get_remaining_time_in_millis(),
        'id': context.aws_request_id, 'config': os.environ['AWS_CONFIG_FILE'], 'names': sorted(os.environ),
    }`,
  });
  const { left, names, ...rest } = await harness.invoke();
  expect(left).toBeGreaterThan(0);
  expect(names).not.toContain('PYTHONPATH');
  expect(rest).toMatchObject({
    name: 'Function', arn: 'arn:aws:lambda:eu-west-1:123456789012:function:Function', id: expect.stringMatching(/^[0-9a-f-]{36}$/), config: '/dev/null',
  });
});

test('printed and logged lines are logged in order', async () => {
  await put({
    'index.py': `import logging
logger = logging.getLogger()
logger.setLevel('INFO')
def handler(event, context):
    print('printed')
    logger.info('logged')
    logger.debug('not logged')
    logger.error('wrong\\nin two lines')`,
  });
  const { logTail } = await harness.functions.invoke('Function', '{}');
  expect(harness.data()).toEqual(['printed', 'logged', 'wrong in two lines'].map(line => ({ event: 'output', functionName: 'Function', line })));
  expect(logTail).toMatch(/^START .*\nprinted\n\[INFO\]\t\S+Z\t[0-9a-f-]{36}\tlogged\n\[ERROR\]\t.*\twrong\nin two lines\nEND .*\nREPORT /);
});

test('inline code can use cfnresponse, and https requests reach the ResponseURL', async () => {
  const received: string[] = [];
  harness.onRequest = (req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', text => body += text).on('end', () => {
      received.push(`${req.method} ${req.url} ${body}`);
      res.end();
    });
  };
  await put(`import cfnresponse, http.client
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {'Answer': 42}, 'physical')
    for port in (None, event['port']):
        connection = http.client.HTTPSConnection('127.0.0.1', port)
        connection.request('PUT', '/cfn/https', 'over https')
        connection.getresponse().read()
`);
  const url = `${harness.endpoint}/cfn/secret`;
  await harness.invoke({ ResponseURL: url, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'logical', port: Number(new URL(url).port) });
  expect(JSON.parse(received[0].replace('PUT /cfn/secret ', ''))).toMatchObject({
    Status: 'SUCCESS', PhysicalResourceId: 'physical', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'logical', Data: { Answer: 42 },
  });
  expect(received.slice(1)).toEqual(['PUT /cfn/https over https', 'PUT /cfn/https over https']);
});
