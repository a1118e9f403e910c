import { once } from 'node:events';
import * as http from 'node:http';
import { custom, functionOf, Machine, respond, ROLE, stackOf } from '../../support/deployment-harness';
import type { Script } from '../../support/deployment-harness';

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
});

afterEach(async () => {
  await machine.stop();
});

function script(it: Script): void {
  machine.functions.scripts.set('provider', it);
}

function stackWith(resources: Record<string, object>, more: object = {}) {
  return stackOf({ Role: ROLE, Function: functionOf('provider'), ...resources }, more);
}

const answerWithId: Script = ({ PhysicalResourceId, LogicalResourceId }) => ({ PhysicalResourceId: PhysicalResourceId ?? `${LogicalResourceId}-id` });

test('sends what CloudFormation sends, and gives what comes back to Ref and GetAtt', async () => {
  script(() => ({ PhysicalResourceId: 'thing-1', Data: { Colour: 'green', Count: 3 } }));
  const { outputs, resources } = await machine.deployment.deploy(stackWith(
    { Thing: custom({ ServiceTimeout: 300, Number: 5, Flag: true, List: [1, { Deep: false }], Gone: { Ref: 'AWS::NoValue' } }) },
    {
      Outputs: {
        Ref: { Value: { Ref: 'Thing' } },
        Text: { Value: { 'Fn::Sub': '${Thing.Colour} ${Thing.Count}' } },
      },
    },
  ));

  const functionArn = 'arn:aws:lambda:us-east-1:111122223333:function:provider';
  expect(machine.functions.events).toEqual([{
    RequestType: 'Create',
    ServiceToken: functionArn,
    ResponseURL: expect.stringMatching(new RegExp(`^${machine.endpoint}/cfn/[0-9a-f-]{36}$`)),
    StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/Chat\/[0-9a-f-]{36}$/),
    RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    LogicalResourceId: 'Thing',
    ResourceType: 'Custom::Thing',
    ResourceProperties: { ServiceToken: functionArn, ServiceTimeout: '300', Number: '5', Flag: 'true', List: ['1', { Deep: 'false' }] },
  }]);
  expect(outputs).toEqual({ Ref: 'thing-1', Text: 'green 3' });
  expect(resources.Thing).toEqual(expect.objectContaining({ physicalId: 'thing-1', status: 'CREATE_COMPLETE' }));
});

test('an update sends both sets of properties and the physical id; no change sends nothing', async () => {
  script(answerWithId);
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }) }));

  expect(machine.calls).toEqual(['Create Thing', 'Update Thing']);
  expect(machine.functions.events[1]).toEqual(expect.objectContaining({
    PhysicalResourceId: 'Thing-id',
    ResourceProperties: expect.objectContaining({ Number: '2' }),
    OldResourceProperties: expect.objectContaining({ Number: '1' }),
  }));
});

test('another physical id in the answer to an update is a replacement: the old one is deleted when all else is done', async () => {
  script(({ ResourceProperties }) => ({ PhysicalResourceId: `thing-${ResourceProperties.Number}` }));
  const withOther = (number: number) => stackWith({ Thing: custom({ Number: number }), Other: custom({ Number: number }, { DependsOn: 'Thing' }) });
  await machine.deployment.deploy(withOther(1));
  machine.functions.events.length = 0;
  const { resources } = await machine.deployment.deploy(withOther(2));

  expect(machine.calls).toEqual(['Update Thing', 'Update Other', 'Delete Other', 'Delete Thing']);
  expect(machine.functions.events.map(event => event.PhysicalResourceId)).toEqual(['thing-1', 'thing-1', 'thing-1', 'thing-1']);
  expect(machine.functions.events[3].ResourceProperties.Number).toBe('1');
  expect(resources.Thing.physicalId).toBe('thing-2');
});

test('UpdateReplacePolicy Retain keeps what has been replaced', async () => {
  script(({ ResourceProperties }) => ({ PhysicalResourceId: `thing-${ResourceProperties.Number}` }));
  const thing = (number: number) => stackWith({ Thing: custom({ Number: number }, { UpdateReplacePolicy: 'Retain' }) });
  await machine.deployment.deploy(thing(1));
  await machine.deployment.deploy(thing(2));

  expect(machine.calls).toEqual(['Create Thing', 'Update Thing']);
  expect(machine.lines('resource').join()).toContain('left thing-1 where it is');
});

test('fails to create: a Delete with the id of the answer follows, then everything goes', async () => {
  script(({ RequestType }) => RequestType === 'Create'
    ? { Status: 'FAILED', Reason: 'the moon is in the wrong phase', PhysicalResourceId: 'half-done' }
    : { PhysicalResourceId: 'half-done' });

  await expect(machine.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow(
    'The stack Chat could not be created and was rolled back: Thing (Custom::Thing): the moon is in the wrong phase',
  );
  expect(machine.calls).toEqual(['Create Thing', 'Delete Thing']);
  expect(machine.functions.events[1].PhysicalResourceId).toBe('half-done');
  expect(machine.functions.definitions.size).toBe(0);
  expect(machine.deployment.describe()).toEqual([]);
});

test('fails to create without an id: the Delete has an invented one', async () => {
  script(({ RequestType }) => RequestType === 'Create' ? { Status: 'FAILED', Reason: 'no' } : { PhysicalResourceId: 'x' });

  await expect(machine.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow('no');
  expect(machine.functions.events[1].PhysicalResourceId).toMatch(/^Chat-Thing-[0-9A-Z]{12}$/);
});

test('fails to update: a second Update with old and new swapped, in the order of the template, and new resources go', async () => {
  const failing = new Set<string>();
  script(event => failing.has(`${event.RequestType} ${event.LogicalResourceId} ${event.ResourceProperties.Number}`)
    ? { Status: 'FAILED', Reason: 'not today', PhysicalResourceId: event.PhysicalResourceId }
    : answerWithId(event));
  const stack = (number: number, more: Record<string, object> = {}) => stackWith({
    First: custom({ Number: number }),
    Second: custom({ Number: number }, { DependsOn: 'First' }),
    ...more,
  });
  await machine.deployment.deploy(stack(1));
  machine.functions.events.length = 0;
  failing.add('Update Second 2');

  await expect(machine.deployment.deploy(stack(2, { Before: custom({}, {}), Third: custom({}, { DependsOn: 'Second' }) }))).rejects.toThrow(
    'The stack Chat could not be updated and was rolled back: Second (Custom::Thing): not today',
  );
  expect(machine.calls.filter(call => !call.endsWith('Before'))).toEqual(['Update First', 'Update Second', 'Update First', 'Update Second']);
  expect(machine.calls.filter(call => call.endsWith('Before'))).toEqual(['Create Before', 'Delete Before']);
  const back = machine.functions.events.filter(({ ResourceProperties }) => ResourceProperties.Number === '1');
  expect(back.map(event => event.OldResourceProperties?.Number)).toEqual(['2', '2']);
  expect(machine.deployment.describe()[0]).toEqual(expect.objectContaining({ status: 'UPDATE_ROLLBACK_COMPLETE' }));
  expect(Object.keys(machine.deployment.describe()[0].resources)).toEqual(['Role', 'Function', 'First', 'Second']);
});

test('a rolled-back replacement: the way back has the new id, and what it leaves is deleted', async () => {
  script(({ ResourceProperties: { Number: number, Fail: fail } }) => fail
    ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'failing' }
    : { PhysicalResourceId: `thing-${number}` });
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  machine.functions.events.length = 0;

  await expect(machine.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }), Bad: custom({ Fail: 1 }, { DependsOn: 'Thing', DeletionPolicy: 'Retain' }) })))
    .rejects.toThrow('Bad (Custom::Thing): no');
  expect(machine.functions.events.map(event => [event.RequestType, event.LogicalResourceId, event.PhysicalResourceId])).toEqual([
    ['Update', 'Thing', 'thing-1'],
    ['Create', 'Bad', undefined],
    ['Update', 'Thing', 'thing-2'],
    ['Delete', 'Thing', 'thing-2'],
  ]);
  expect(machine.deployment.describe()[0].resources.Thing.physicalId).toBe('thing-1');
});

test('fails to update with another physical id: that is the resource\'s from then on, until the way back names another', async () => {
  script(({ ResourceProperties: { Number: number } }) => number === '2'
    ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'log-stream' }
    : { PhysicalResourceId: 'thing' });
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  await expect(machine.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }) }))).rejects.toThrow('and was rolled back: Thing (Custom::Thing): no');
  expect(machine.functions.events.map(event => [event.RequestType, event.PhysicalResourceId])).toEqual([
    ['Create', undefined], ['Update', 'thing'], ['Update', 'log-stream'], ['Delete', 'log-stream'],
  ]);
  expect(machine.deployment.describe()[0].resources.Thing.physicalId).toBe('thing');
});

test('fails on the way back too: the stack says so, and the next deployment updates what is unknown', async () => {
  let broken = false;
  script(event => broken && event.RequestType === 'Update' ? { Status: 'FAILED', Reason: 'broken', PhysicalResourceId: 'Thing-id' } : answerWithId(event));
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  broken = true;
  await expect(machine.deployment.deploy(stackWith({ Thing: custom({ Number: 2 }) }))).rejects.toThrow('could not be rolled back completely');
  expect(machine.deployment.describe()[0].status).toBe('UPDATE_ROLLBACK_FAILED');

  broken = false;
  machine.functions.events.length = 0;
  await machine.deployment.deploy(stackWith({ Thing: custom({ Number: 1 }) }));
  expect(machine.calls).toEqual(['Update Thing']);
});

test('fails to delete: the stack stays with what is left, and can be deleted once more', async () => {
  let broken = true;
  script(event => broken && event.RequestType === 'Delete' ? { Status: 'FAILED', Reason: 'stuck', PhysicalResourceId: 'Thing-id' } : answerWithId(event));
  await machine.deployment.deploy(stackWith({ Thing: custom() }));

  await expect(machine.deployment.destroy('Chat')).rejects.toThrow('The stack Chat could not be deleted: Thing (Custom::Thing): stuck');
  expect(Object.keys(machine.deployment.describe()[0].resources)).toEqual(['Role', 'Function', 'Thing']);
  broken = false;
  await machine.deployment.destroy('Chat');
  expect(machine.functions.definitions.size).toBe(0);
  expect(machine.deployment.describe()).toEqual([]);
});

test('fails to delete in a clean-up: what is left behind is named, and the update has succeeded', async () => {
  script(event => event.RequestType === 'Delete' ? { Status: 'FAILED', Reason: 'stuck', PhysicalResourceId: 'Thing-id' } : answerWithId(event));
  await machine.deployment.deploy(stackWith({ Thing: custom() }));
  await machine.deployment.deploy(stackWith({}));

  expect(machine.deployment.describe()[0].status).toBe('UPDATE_COMPLETE');
  expect(machine.lines('resource').join('\n')).toContain('Thing (Custom::Thing) could not be removed and stays behind: stuck');
});

test('a stack that could neither be created nor rolled back is given up by the next deployment, so that the mistake can be mended', async () => {
  script(() => {
    throw new Error('Cannot find module x');
  });
  await expect(machine.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow('could not be rolled back completely');
  expect(machine.deployment.describe()[0].status).toBe('ROLLBACK_FAILED');

  script(answerWithId);
  const { resources } = await machine.deployment.deploy(stackWith({ Thing: custom() }));
  expect(resources.Thing.status).toBe('CREATE_COMPLETE');
});

describe('fails at once, and says what AWS would do', () => {
  test('when the function dies', async () => {
    script(({ RequestType }) => {
      if (RequestType === 'Create') throw new Error('Cannot find module x');
      return { PhysicalResourceId: 'x' };
    });
    await expect(machine.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow(
      'The function failed: Error: Cannot find module x. It has not answered: AWS would wait for that until its ServiceTimeout, here 3600 s.',
    );
  });

  test('when it ends without an answer', async () => {
    script(({ RequestType }) => RequestType === 'Create' ? undefined : { PhysicalResourceId: 'x' });
    await expect(machine.deployment.deploy(stackWith({ Thing: custom({ ServiceTimeout: '60' }) }))).rejects.toThrow(
      'The function has ended. It has not answered: AWS would wait for that until its ServiceTimeout, here 60 s.',
    );
  });

  test('when there is no such function', async () => {
    await expect(machine.deployment.deploy(stackOf({ Thing: custom({ ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:nowhere' }) })))
      .rejects.toThrow('The function could not be invoked: No function arn:aws:lambda:us-east-1:111122223333:function:nowhere');
  });
});

describe('fails because of the answer', () => {
  const cases: [string, object | string, string][] = [
    ['too long', { PhysicalResourceId: 'x', Data: { Text: 'x'.repeat(4096) } }, 'longer than 4096 bytes'],
    ['no JSON', 'SUCCESS', 'is no JSON'],
    ['no object', '[]', 'is no JSON object'],
    ['another request', { PhysicalResourceId: 'x', RequestId: 'other' }, 'RequestId in the answer'],
    ['another stack', { PhysicalResourceId: 'x', StackId: 'other' }, 'StackId in the answer'],
    ['another resource', { PhysicalResourceId: 'x', LogicalResourceId: 'other' }, 'LogicalResourceId in the answer'],
    ['no status', { PhysicalResourceId: 'x', Status: 'DONE' }, 'may be SUCCESS or FAILED'],
    ['no id', {}, 'PhysicalResourceId in the answer'],
  ];
  test.each(cases)('%s', async (_name, answer, sentence) => {
    script(({ RequestType }) => RequestType === 'Create' ? answer : { PhysicalResourceId: 'x' });
    await expect(machine.deployment.deploy(stackWith({ Thing: custom() }))).rejects.toThrow(sentence);
  });

  test('exactly 4096 bytes are fine', async () => {
    script(({ StackId, RequestId, LogicalResourceId }) => {
      const answer = { Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'x', Data: { Text: '' } };
      answer.Data.Text = 'x'.repeat(4096 - JSON.stringify(answer).length);
      return JSON.stringify(answer);
    });
    await expect(machine.deployment.deploy(stackWith({ Thing: custom() }))).resolves.toBeDefined();
  });
});

test('fails when the ServiceTimeout is over before the function is', async () => {
  let finish = () => {};
  script(async ({ RequestType }) => {
    if (RequestType === 'Create') {
      await new Promise<void>(resolve => {
        finish = resolve;
      });
    }
    return { PhysicalResourceId: 'x' };
  });
  await expect(machine.deployment.deploy(stackWith({ Thing: custom({ ServiceTimeout: 1 }) }))).rejects.toThrow('within its ServiceTimeout of 1 s');
  finish();
});

test.each([0, 3601, 'long', 1.5])('fails for a ServiceTimeout of %p', async ServiceTimeout => {
  script(answerWithId);
  await expect(machine.deployment.deploy(stackWith({ Thing: custom({ ServiceTimeout }) })))
    .rejects.toThrow(`Its ServiceTimeout has to be from 1 to 3600 seconds, not ${JSON.stringify(ServiceTimeout)}.`);
  expect(machine.calls).toEqual([]);
});

test('NoEcho masks the attributes wherever they are shown; the live log never has any, nor a ResponseURL', async () => {
  script(() => ({ PhysicalResourceId: 'x', NoEcho: true, Data: { Secret: 'swordfish' } }));
  const { outputs } = await machine.deployment.deploy(stackWith({ Thing: custom() }, { Outputs: { Secret: { Value: { 'Fn::GetAtt': 'Thing.Secret' } } } }));

  expect(outputs.Secret).toBe('swordfish');
  expect(machine.deployment.describe()[0].resources.Thing.attributes).toEqual({ Secret: '*****' });
  expect(JSON.stringify(machine.liveLog.recent)).not.toMatch(/swordfish|\/cfn\//);
});

test('a line for each event, with the same for programs', async () => {
  script(({ RequestType, ResponseURL }) => RequestType === 'Create'
    ? { Status: 'FAILED', PhysicalResourceId: 'x', Reason: `no\nanswer to ${ResponseURL}` }
    : { PhysicalResourceId: 'x' });
  const error: Error = await machine.deployment.deploy(stackWith({ Thing: custom() })).then(() => undefined, reason => reason);

  const common = { stack: 'Chat', logicalId: 'Thing', type: 'Custom::Thing', milliseconds: expect.any(Number) };
  const reason = `no answer to ${machine.endpoint}/cfn/…`;
  expect(machine.liveLog.recent.filter(({ kind }) => kind === 'custom-resource').map(({ data, level }) => ({ data, level }))).toEqual([
    { level: 'error', data: { ...common, requestType: 'Create', status: 'FAILED', reason } },
    { level: 'info', data: { ...common, requestType: 'Delete', status: 'SUCCESS', reason: undefined } },
  ]);
  expect(error.message).toContain(reason);
  expect(JSON.stringify(machine.liveLog.recent)).not.toMatch(/\/cfn\/\w/);
});

test('fails for an attribute the answer does not have', async () => {
  script(answerWithId);
  await expect(machine.deployment.deploy(stackWith({ Thing: custom() }, { Outputs: { It: { Value: { 'Fn::GetAtt': ['Thing', 'Colour'] } } } })))
    .rejects.toThrow('Thing (Custom::Thing) has no attribute Colour.');
});

test.each([[2, { parallelCustomResources: 2 }], [5, {}]])('never more than %d at a time', async (limit, options) => {
  await machine.stop();
  machine = await Machine.start(options);
  let running = 0;
  let most = 0;
  script(async event => {
    most = Math.max(most, ++running);
    await respond(event, { PhysicalResourceId: event.LogicalResourceId });
    // The answer is there before the function has ended: that is when another one may begin.
    await new Promise(resolve => setImmediate(resolve));
    running--;
    return undefined;
  });
  await machine.deployment.deploy(stackWith(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`Thing${index}`, custom()]))));
  expect(machine.calls).toHaveLength(8);
  expect(most).toBe(limit);
});

test('an invocation at the bound of the function waits, as asynchronous ones do', async () => {
  let attempts = 0;
  script(event => {
    if (++attempts < 3) throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    return answerWithId(event);
  });
  await machine.deployment.deploy(stackWith({ Thing: custom() }));
  expect(attempts).toBe(3);
});

test('answers to nobody are turned away; other paths are none of its business', async () => {
  const status = async (path: string, method: string) => (await fetch(machine.endpoint + path, { method })).status;
  expect(await status('/cfn/00000000-0000-0000-0000-000000000000', 'PUT')).toBe(403);
  expect(await status('/cfn/00000000-0000-0000-0000-000000000000', 'GET')).toBe(405);
  expect(await status('/elsewhere', 'PUT')).toBe(404);
});

test('an answer that is on its way when the function ends still counts', async () => {
  script(async ({ ResponseURL, StackId, RequestId, LogicalResourceId }) => {
    const request = http.request(ResponseURL, { method: 'PUT', headers: { Expect: '100-continue' } });
    await once(request, 'continue');
    setImmediate(() => request.end(JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'late' })));
    request.on('response', response => response.resume());
    return undefined;
  });
  const { resources } = await machine.deployment.deploy(stackWith({ Thing: custom() }));
  expect(resources.Thing.physicalId).toBe('late');
});

test('only the first answer counts', async () => {
  script(async event => {
    expect(await respond(event, { PhysicalResourceId: 'first' })).toBe(200);
    await respond(event, { PhysicalResourceId: 'second' });
    return undefined;
  });
  const { resources } = await machine.deployment.deploy(stackWith({ Thing: custom() }));
  expect(resources.Thing.physicalId).toBe('first');
  // Nor does one that comes when nobody waits for any.
  expect(await respond(machine.functions.events[0], { PhysicalResourceId: 'third' })).toBe(403);
});

test('fails for a ServiceToken that is no function, or that changes', async () => {
  await expect(machine.deployment.deploy(stackOf({ Thing: custom({ ServiceToken: 'arn:aws:sns:us-east-1:111122223333:topic' }) })))
    .rejects.toThrow('only Lambda functions are supported here');

  script(answerWithId);
  machine.functions.scripts.set('other', answerWithId);
  const stack = (name: string) => stackWith({ Other: functionOf('other'), Thing: custom({ ServiceToken: { 'Fn::GetAtt': [name, 'Arn'] } }) });
  await machine.deployment.deploy(stack('Function'));
  await expect(machine.deployment.deploy(stack('Other'))).rejects.toThrow('The ServiceToken of a custom resource cannot be changed.');
});

test.each([
  'Custom::S3AutoDeleteObjects', 'Custom::LogRetention', 'Custom::AWSCDKOpenIdConnectProvider', 'Custom::CDKBucketDeployment',
])('the CDK helper %s is a stand-in that says so', async type => {
  await machine.deployment.deploy(stackWith({ Helper: { Type: type, Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } } } }));
  expect(machine.calls).toEqual([]);
  expect(machine.lines('notice')).toEqual([`Chat: Helper (${type}) is a stand-in: it can be referred to, and does nothing here`]);
});

test('AWS::CloudFormation::CustomResource and Custom::AWS are real', async () => {
  script(answerWithId);
  const Properties = { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] } };
  await machine.deployment.deploy(stackWith({ One: { Type: 'AWS::CloudFormation::CustomResource', Properties }, Two: { Type: 'Custom::AWS', Properties } }));
  expect(machine.calls.sort()).toEqual(['Create One', 'Create Two']);
});
