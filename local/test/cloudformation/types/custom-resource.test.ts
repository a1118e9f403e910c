import { once } from 'node:events';
import * as http from 'node:http';
import { custom, functionOf, DeploymentHarness, respond, ROLE, stackOf, type Script } from '../../support/deployment-harness';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

function script(handler: Script): void {
  harness.functions.scripts.set('provider', handler);
}

function stackWith(resources: Record<string, object>, more: object = {}) {
  return stackOf({ Role: ROLE, Function: functionOf('provider'), ...resources }, more);
}

const respondWithId: Script = ({ PhysicalResourceId, LogicalResourceId }) => ({ PhysicalResourceId: PhysicalResourceId ?? `${LogicalResourceId}-id` });

test('sends the request of CloudFormation, and returns the response to Ref and GetAtt', async () => {
  script(() => ({ PhysicalResourceId: 'thing-1', Data: { Colour: 'green', Count: 3 } }));
  const { outputs, resources } = await harness.deployment.deploy(stackWith(
    { Thing: custom({ ServiceTimeout: 300, Number: 5, Flag: true, List: [1, { Deep: false }], Gone: { Ref: 'AWS::NoValue' } }) },
    {
      Outputs: {
        Ref: { Value: { Ref: 'Thing' } },
        Text: { Value: { 'Fn::Sub': '${Thing.Colour} ${Thing.Count}' } },
      },
    },
  ));

  const functionArn = 'arn:aws:lambda:us-east-1:111122223333:function:provider';
  expect(harness.functions.events).toEqual([{
    RequestType: 'Create',
    ServiceToken: functionArn,
    ResponseURL: expect.stringMatching(new RegExp(`^${harness.endpoint}/cfn/[0-9a-f-]{36}$`)),
    StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/Chat\/[0-9a-f-]{36}$/),
    RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    LogicalResourceId: 'Thing',
    ResourceType: 'Custom::Thing',
    ResourceProperties: { ServiceToken: functionArn, ServiceTimeout: '300', Number: '5', Flag: 'true', List: ['1', { Deep: 'false' }] },
  }]);
  expect(outputs).toEqual({ Ref: 'thing-1', Text: 'green 3' });
  expect(resources.Thing).toEqual(expect.objectContaining({ physicalId: 'thing-1', status: 'CREATE_COMPLETE' }));
});

test('an update sends old and new properties and the physical id; without a change it sends nothing', async () => {
  script(respondWithId);
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }) }));

  expect(harness.calls).toEqual(['Create Thing', 'Update Thing']);
  expect(harness.functions.events[1]).toEqual(expect.objectContaining({
    PhysicalResourceId: 'Thing-id',
    ResourceProperties: expect.objectContaining({ Number: '2' }),
    OldResourceProperties: expect.objectContaining({ Number: '1' }),
  }));
});

test('a new physical id in the response to an update is a replacement: the old one is deleted at the end', async () => {
  script(({ ResourceProperties }) => ({ PhysicalResourceId: `thing-${ResourceProperties.Number}` }));
  const withOther = (number: number) => stackWith({ Thing: custom({ Number: number }), Other: custom({ Number: number }, { DependsOn: 'Thing' }) });
  await harness.deployment.deploy(withOther(1));
  harness.functions.events.length = 0;
  const { resources } = await harness.deployment.deploy(withOther(2));

  expect(harness.calls).toEqual(['Update Thing', 'Update Other', 'Delete Other', 'Delete Thing']);
  expect(harness.functions.events.map(event => event.PhysicalResourceId)).toEqual(['thing-1', 'thing-1', 'thing-1', 'thing-1']);
  expect(harness.functions.events[3].ResourceProperties.Number).toBe('1');
  expect(resources.Thing.physicalId).toBe('thing-2');
});

test('UpdateReplacePolicy Retain keeps the replaced resource', async () => {
  script(({ ResourceProperties }) => ({ PhysicalResourceId: `thing-${ResourceProperties.Number}` }));
  const thing = (number: number) => stackWith({ Thing: custom({ Number: number }, { UpdateReplacePolicy: 'Retain' }) });
  await harness.deployment.deploy(thing(1));
  await harness.deployment.deploy(thing(2));

  expect(harness.calls).toEqual(['Create Thing', 'Update Thing']);
  expect(harness.data('resource').at(-1)).toMatchObject({ event: 'retained', physicalId: 'thing-1', UpdateReplacePolicy: 'Retain' });
});

test('fails to create: a Delete with the id of the response follows, then the stack is deleted', async () => {
  script(({ RequestType }) => RequestType === 'Create'
    ? { Status: 'FAILED', Reason: 'the moon is in the wrong phase', PhysicalResourceId: 'half-done' }
    : { PhysicalResourceId: 'half-done' });

  await expect(harness.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow(
    'The stack Chat could not be created and was rolled back: Thing (Custom::Thing): the moon is in the wrong phase',
  );
  expect(harness.calls).toEqual(['Create Thing', 'Delete Thing']);
  expect(harness.functions.events[1].PhysicalResourceId).toBe('half-done');
  expect(harness.functions.definitions.size).toBe(0);
  expect(harness.deployment.describe()).toEqual([]);
});

test('fails to create without an id: the Delete has a generated id', async () => {
  script(({ RequestType }) => RequestType === 'Create' ? { Status: 'FAILED', Reason: 'no' } : { PhysicalResourceId: 'x' });

  await expect(harness.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow('no');
  expect(harness.functions.events[1].PhysicalResourceId).toMatch(/^Chat-Thing-[0-9A-Z]{12}$/);
});

test('fails to update: a second Update swaps old and new properties, and new resources are deleted', async () => {
  const failing = new Set<string>();
  script(event => failing.has(`${event.RequestType} ${event.LogicalResourceId} ${event.ResourceProperties.Number}`)
    ? { Status: 'FAILED', Reason: 'not today', PhysicalResourceId: event.PhysicalResourceId }
    : respondWithId(event));
  const stack = (number: number, more: Record<string, object> = {}) => stackWith({
    First: custom({ Number: number }),
    Second: custom({ Number: number }, { DependsOn: 'First' }),
    ...more,
  });
  await harness.deployment.deploy(stack(1));
  harness.functions.events.length = 0;
  failing.add('Update Second 2');

  await expect(harness.deployment.deploy(stack(2, { Before: custom({}, {}), Third: custom({}, { DependsOn: 'Second' }) }))).rejects.toThrow(
    'The stack Chat could not be updated and was rolled back: Second (Custom::Thing): not today',
  );
  expect(harness.calls.filter(call => !call.endsWith('Before'))).toEqual(['Update First', 'Update Second', 'Update First', 'Update Second']);
  expect(harness.calls.filter(call => call.endsWith('Before'))).toEqual(['Create Before', 'Delete Before']);
  const back = harness.functions.events.filter(({ ResourceProperties }) => ResourceProperties.Number === '1');
  expect(back.map(event => event.OldResourceProperties?.Number)).toEqual(['2', '2']);
  expect(harness.deployment.describe()[0]).toEqual(expect.objectContaining({ status: 'UPDATE_ROLLBACK_COMPLETE' }));
  expect(Object.keys(harness.deployment.describe()[0].resources)).toEqual(['Role', 'Function', 'First', 'Second']);
});

test('a rolled-back replacement: the Update has the new id, which is then deleted', async () => {
  script(({ ResourceProperties: { Number: number, Fail: fail } }) => fail
    ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'failing' }
    : { PhysicalResourceId: `thing-${number}` });
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  harness.functions.events.length = 0;

  await expect(harness.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }), Bad: custom({ Fail: 1 }, { DependsOn: 'Thing', DeletionPolicy: 'Retain' }) })))
    .rejects.toThrow('Bad (Custom::Thing): no');
  expect(harness.functions.events.map(event => [event.RequestType, event.LogicalResourceId, event.PhysicalResourceId])).toEqual([
    ['Update', 'Thing', 'thing-1'],
    ['Create', 'Bad', undefined],
    ['Update', 'Thing', 'thing-2'],
    ['Delete', 'Thing', 'thing-2'],
  ]);
  expect(harness.deployment.describe()[0].resources.Thing.physicalId).toBe('thing-1');
});

test('fails to update with a new physical id: the resource takes it until the rollback returns another', async () => {
  script(({ ResourceProperties: { Number: number } }) => number === '2'
    ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'log-stream' }
    : { PhysicalResourceId: 'thing' });
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  await expect(harness.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }) }))).rejects.toThrow('and was rolled back: Thing (Custom::Thing): no');
  expect(harness.functions.events.map(event => [event.RequestType, event.PhysicalResourceId])).toEqual([
    ['Create', undefined], ['Update', 'thing'], ['Update', 'log-stream'], ['Delete', 'log-stream'],
  ]);
  expect(harness.deployment.describe()[0].resources.Thing.physicalId).toBe('thing');
});

test('fails to roll back: the stack reports it, and the next deployment updates the resource', async () => {
  let broken = false;
  script(event => broken && event.RequestType === 'Update' ? { Status: 'FAILED', Reason: 'broken', PhysicalResourceId: 'Thing-id' } : respondWithId(event));
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  broken = true;
  await expect(harness.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }) }))).rejects.toThrow('could not be rolled back completely');
  expect(harness.deployment.describe()[0].status).toBe('UPDATE_ROLLBACK_FAILED');

  broken = false;
  harness.functions.events.length = 0;
  await harness.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  expect(harness.calls).toEqual(['Update Thing']);
});

test('fails to delete: the stack keeps the remaining resources and can be deleted again', async () => {
  let broken = true;
  script(event => broken && event.RequestType === 'Delete' ? { Status: 'FAILED', Reason: 'stuck', PhysicalResourceId: 'Thing-id' } : respondWithId(event));
  await harness.deployment.deploy(stackWith({ Thing: custom() }));

  await expect(harness.deployment.destroy('Chat')).rejects.toThrow('The stack Chat could not be deleted: Thing (Custom::Thing): stuck');
  expect(Object.keys(harness.deployment.describe()[0].resources)).toEqual(['Role', 'Function', 'Thing']);
  broken = false;
  await harness.deployment.destroy('Chat');
  expect(harness.functions.definitions.size).toBe(0);
  expect(harness.deployment.describe()).toEqual([]);
});

test('fails to delete a removed resource: it is reported, and the update succeeds', async () => {
  script(event => event.RequestType === 'Delete' ? { Status: 'FAILED', Reason: 'stuck', PhysicalResourceId: 'Thing-id' } : respondWithId(event));
  await harness.deployment.deploy(stackWith({ Thing: custom() }));
  await harness.deployment.deploy(stackWith({}));

  expect(harness.deployment.describe()[0].status).toBe('UPDATE_COMPLETE');
  expect(harness.data('resource').at(-1)).toMatchObject({ event: 'left-behind', logicalId: 'Thing', physicalId: 'Thing-id', reason: 'stuck' });
});

test('a stack that could be neither created nor rolled back is abandoned by the next deployment', async () => {
  script(() => {
    throw new Error('Cannot find module x');
  });
  await expect(harness.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow('could not be rolled back completely');
  expect(harness.deployment.describe()[0].status).toBe('ROLLBACK_FAILED');

  script(respondWithId);
  const { resources } = await harness.deployment.deploy(stackWith({ Thing: custom() }));
  expect(resources.Thing.status).toBe('CREATE_COMPLETE');
});

describe('fails at once, and reports that AWS would wait', () => {
  test('if the function fails', async () => {
    script(({ RequestType }) => {
      if (RequestType === 'Create') throw new Error('Cannot find module x');
      return { PhysicalResourceId: 'x' };
    });
    await expect(harness.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow(
      'The function failed: Error: Cannot find module x. It sent no response, for which AWS would wait until the ServiceTimeout of 3600 s.',
    );
  });

  test('if the function ends without a response', async () => {
    script(({ RequestType }) => RequestType === 'Create' ? undefined : { PhysicalResourceId: 'x' });
    await expect(harness.deployment.deploy(stackWith({ Thing: custom({ ServiceTimeout: '60' }) }))).rejects.toThrow(
      'The function ended. It sent no response, for which AWS would wait until the ServiceTimeout of 60 s.',
    );
  });

  test('if the function does not exist', async () => {
    await expect(harness.deployment.deploy(stackOf({ Thing: custom({ ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:nowhere' }) })))
      .rejects.toThrow('The function could not be invoked: No function arn:aws:lambda:us-east-1:111122223333:function:nowhere');
  });
});

describe('a response', () => {
  const cases: [string, object | string, string][] = [
    ['is too long', { PhysicalResourceId: 'x', Data: { Text: 'x'.repeat(4096) } }, 'must be at most 4096 bytes'],
    ['is not JSON', 'SUCCESS', 'must be valid JSON'],
    ['is nested too deeply', `{"Data":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'must be valid JSON'],
    ['has a reason that is not a string', { Status: 'FAILED', Reason: { toString: 1, valueOf: 1 } }, '{"toString":1,"valueOf":1}'],
    ['is not an object', '[]', 'must be a JSON object'],
    ['is for another request', { PhysicalResourceId: 'x', RequestId: 'other' }, 'RequestId in the response'],
    ['is for another stack', { PhysicalResourceId: 'x', StackId: 'other' }, 'StackId in the response'],
    ['is for another resource', { PhysicalResourceId: 'x', LogicalResourceId: 'other' }, 'LogicalResourceId in the response'],
    ['has an unknown status', { PhysicalResourceId: 'x', Status: 'DONE' }, 'must be SUCCESS or FAILED, got "DONE"'],
    ['has no physical id', {}, 'PhysicalResourceId in the response'],
  ];
  test.each(cases)('fails if it %s', async (_name, response, message) => {
    script(({ RequestType }) => RequestType === 'Create' ? response : { PhysicalResourceId: 'x' });
    await expect(harness.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow(message);
  });

  test('may have exactly 4096 bytes', async () => {
    script(({ StackId, RequestId, LogicalResourceId }) => {
      const response = { Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'x', Data: { Text: '' } };
      response.Data.Text = 'x'.repeat(4096 - JSON.stringify(response).length);
      return JSON.stringify(response);
    });
    await expect(harness.deployment.deploy(stackWith({ Thing: custom() }))).resolves.toBeDefined();
  });
});

test('fails if the function is still running after the ServiceTimeout', async () => {
  let finish = () => {};
  script(async ({ RequestType }) => {
    if (RequestType === 'Create') {
      await new Promise<void>(resolve => {
        finish = resolve;
      });
    }
    return { PhysicalResourceId: 'x' };
  });
  await expect(harness.deployment.deploy(stackWith({ Thing: custom({ ServiceTimeout: 1 }) }))).rejects.toThrow('within its ServiceTimeout of 1 s');
  finish();
});

test.each([0, 3601, 'long', 1.5])('fails for a ServiceTimeout of %p', async ServiceTimeout => {
  script(respondWithId);
  await expect(harness.deployment.deploy(stackWith({ Thing: custom({ ServiceTimeout }) })))
    .rejects.toThrow(`ServiceTimeout must be a whole number from 1 to 3600, got ${JSON.stringify(ServiceTimeout)}.`);
  expect(harness.calls).toEqual([]);
});

test('NoEcho masks attributes in descriptions; the live log has neither attributes nor a ResponseURL', async () => {
  script(() => ({ PhysicalResourceId: 'x', NoEcho: true, Data: { Secret: 'swordfish' } }));
  const { outputs } = await harness.deployment.deploy(stackWith({ Thing: custom() }, { Outputs: { Secret: { Value: { 'Fn::GetAtt': 'Thing.Secret' } } } }));

  expect(outputs.Secret).toBe('swordfish');
  expect(harness.deployment.describe()[0].resources.Thing.attributes).toEqual({ Secret: '*****' });
  expect(JSON.stringify(harness.liveLog.recent)).not.toMatch(/swordfish|\/cfn\//);
});

test('each event has a line in the live log, with data for programs', async () => {
  script(({ RequestType, ResponseURL }) => RequestType === 'Create'
    ? { Status: 'FAILED', PhysicalResourceId: 'x', Reason: `no\nresponse to ${ResponseURL}` }
    : { PhysicalResourceId: 'x' });
  const error: Error = await harness.deployment.deploy(stackWith({ Thing: custom() })).then(() => undefined, reason => reason);

  const common = { stack: 'Chat', logicalId: 'Thing', type: 'Custom::Thing', milliseconds: expect.any(Number) };
  const reason = `no response to ${harness.endpoint}/cfn/…`;
  expect(harness.liveLog.recent.filter(({ kind }) => kind === 'custom-resource').map(({ data, level }) => ({ data, level }))).toEqual([
    { level: 'error', data: { ...common, requestType: 'Create', status: 'FAILED', reason } },
    { level: 'info', data: { ...common, requestType: 'Delete', status: 'SUCCESS', reason: undefined } },
  ]);
  expect(error.message).toContain(reason);
  expect(JSON.stringify(harness.liveLog.recent)).not.toMatch(/\/cfn\/\w/);
});

test.each([
  "Service S3 client package with name '@aws-sdk/client-s3' does not exist.",
  'Package @aws-sdk/client-s3 does not exist.',
  "Cannot find module '@aws-sdk/client-s3'",
])('fails with the remedy if AwsCustomResource lacks a client: %s', async Reason => {
  script(() => ({ Status: 'FAILED', Reason, PhysicalResourceId: 'x' }));
  await expect(harness.deployment.deploy(stackWith({ Thing: { ...custom(), Type: 'Custom::AWS' } }))).rejects.toThrow(
    `${Reason} The Lambda runtime includes @aws-sdk/client-s3, which is not installed here: bundle it with the function, or install it next to ivschat-local.`,
  );
  expect(harness.data('custom-resource')[0].reason).toContain('install it next to ivschat-local');
});

test('fails for an attribute that is not in the response', async () => {
  script(respondWithId);
  await expect(harness.deployment.deploy(stackWith({ Thing: custom() }, { Outputs: { It: { Value: { 'Fn::GetAtt': ['Thing', 'Colour'] } } } })))
    .rejects.toThrow('Thing (Custom::Thing) has no attribute Colour.');
});

test.each([[2, { parallelCustomResources: 2 }], [5, {}]])('at most %d run at the same time', async (limit, options) => {
  await harness.stop();
  harness = await DeploymentHarness.start(options);
  let running = 0;
  let most = 0;
  script(async event => {
    most = Math.max(most, ++running);
    await respond(event, { PhysicalResourceId: event.LogicalResourceId });
    // The response arrives before the function ends, and only then may another one start.
    await new Promise(resolve => setImmediate(resolve));
    running--;
    return undefined;
  });
  await harness.deployment.deploy(stackWith(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`Thing${index}`, custom()]))));
  expect(harness.calls).toHaveLength(8);
  expect(most).toBe(limit);
});

test('an invocation at the concurrency limit of the function waits, as asynchronous ones do', async () => {
  let attempts = 0;
  script(event => {
    if (++attempts < 3) throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    return respondWithId(event);
  });
  await harness.deployment.deploy(stackWith({ Thing: custom() }));
  expect(attempts).toBe(3);
});

test('responses to unknown requests are refused; other paths are not handled', async () => {
  const status = async (path: string, method: string) => (await fetch(harness.endpoint + path, { method })).status;
  expect(await status('/cfn/00000000-0000-0000-0000-000000000000', 'PUT')).toBe(403);
  expect(await status('/cfn/00000000-0000-0000-0000-000000000000', 'GET')).toBe(405);
  expect(await status('/elsewhere', 'PUT')).toBe(404);
});

test('a response that is still arriving when the function ends counts', async () => {
  script(async ({ ResponseURL, StackId, RequestId, LogicalResourceId }) => {
    const request = http.request(ResponseURL, { method: 'PUT', headers: { Expect: '100-continue' } });
    await once(request, 'continue');
    setImmediate(() => request.end(JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'late' })));
    request.on('response', response => response.resume());
    return undefined;
  });
  const { resources } = await harness.deployment.deploy(stackWith({ Thing: custom() }));
  expect(resources.Thing.physicalId).toBe('late');
});

test('only the first response counts', async () => {
  script(async event => {
    expect(await respond(event, { PhysicalResourceId: 'first' })).toBe(200);
    await respond(event, { PhysicalResourceId: 'second' });
    return undefined;
  });
  const { resources } = await harness.deployment.deploy(stackWith({ Thing: custom() }));
  expect(resources.Thing.physicalId).toBe('first');
  // A response after the call has ended is refused.
  expect(await respond(harness.functions.events[0], { PhysicalResourceId: 'third' })).toBe(403);
});

test('fails for a ServiceToken that is not a function, or that changes', async () => {
  await expect(harness.deployment.deploy(stackOf({ Thing: custom({ ServiceToken: 'arn:aws:sns:us-east-1:111122223333:topic' }) })))
    .rejects.toThrow('ServiceToken must be the ARN of a Lambda function, got arn:aws:sns');

  script(respondWithId);
  harness.functions.scripts.set('other', respondWithId);
  const stack = (name: string) => stackWith({ Other: functionOf('other'), Thing: custom({ ServiceToken: { 'Fn::GetAtt': [name, 'Arn'] } }) });
  await harness.deployment.deploy(stack('Function'));
  await expect(harness.deployment.deploy(stack('Other'))).rejects.toThrow(
    'The stack Chat could not be updated and was rolled back: Thing (Custom::Thing): The ServiceToken of a custom resource cannot be changed: give the resource another logical id.',
  );
});

test.each([
  'Custom::S3AutoDeleteObjects', 'Custom::LogRetention', 'Custom::AWSCDKOpenIdConnectProvider', 'Custom::CDKBucketDeployment',
])('the CDK helper %s is a stand-in, which is reported', async type => {
  await harness.deployment.deploy(stackWith({ Helper: { Type: type, Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } } }));
  expect(harness.calls).toEqual([]);
  expect(harness.notices).toEqual([{ logicalId: 'Helper', notice: 'stand-in' }]);
});

test('AWS::CloudFormation::CustomResource and Custom::AWS invoke their function', async () => {
  script(respondWithId);
  const Properties = { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } };
  await harness.deployment.deploy(stackWith({ One: { Type: 'AWS::CloudFormation::CustomResource', Properties }, Two: { Type: 'Custom::AWS', Properties } }));
  expect(harness.calls.sort()).toEqual(['Create One', 'Create Two']);
});
