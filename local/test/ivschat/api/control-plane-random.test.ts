import * as fc from 'fast-check';
import { findOperation, OPERATION_NAMES, shapeOf, type Shape } from '../../../src/ivschat/api/model';
import { ControlPlaneService, HANDLER, LOG_GROUP, MISSING_CONFIGURATION, MISSING_ROOM } from '../../support/control-plane-service';

const ROOM = 'arn:aws:ivschat:eu-west-1:111122223333:room/abcdefABCDEF';
const CONFIGURATION = 'arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/abcdefABCDEF';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
  await restore();
});

afterEach(async () => {
  await service.close();
});

/** Creates the resources that an earlier run may have deleted. */
async function restore(): Promise<void> {
  const exists = (error: { name: string }) => expect(error.name).toMatch(/ConflictException|ServiceQuotaExceededException/);
  const destinationConfiguration = LOG_GROUP;
  await service.controlPlane.call('CreateLoggingConfiguration', { destinationConfiguration }, { id: 'abcdefABCDEF' }).catch(exists);
  await service.controlPlane.call('CreateRoom', { tags: { a: 'b' } }, { id: 'abcdefABCDEF' }).catch(exists);
}

const WORDS = [
  ROOM, CONFIGURATION, MISSING_ROOM, MISSING_CONFIGURATION, HANDLER, '', 'ALLOW', 'SEND_MESSAGE', 'lobby', 'message00001', '__proto__', 'aws:x', '😀',
];
const anyJson = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });
const text = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 200 }));

/** Replaces lone surrogates, which a URL cannot contain. */
function encode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '?'));
}

/** Mostly valid values, sometimes strings, sometimes any JSON. */
function valueOf(shape: Shape): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: validValue(shape) }, { weight: 1, arbitrary: text }, { weight: 1, arbitrary: anyJson });
}

function validValue(shape: Shape): fc.Arbitrary<unknown> {
  const { min = 0, max = 60 } = shape;
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members!).map(([name, { shape: member }]) => [name, valueOf(shapeOf(member))] as const);
      if (shape.union) return fc.oneof(...members.map(([name, value]) => fc.record({ [name]: value })), fc.record(Object.fromEntries(members)));
      return fc.record(Object.fromEntries(members), { requiredKeys: [...shape.required ?? []] });
    }
    case 'list': return fc.array(valueOf(shapeOf(shape.member!.shape)), { maxLength: 4 });
    case 'map': return fc.dictionary(valueOf(shapeOf(shape.key!.shape)).map(String), valueOf(shapeOf(shape.value!.shape)), { maxKeys: 6 });
    case 'integer': return fc.oneof({ weight: 9, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: fc.double() });
    default: {
      if (shape.enum) return fc.constantFrom(...shape.enum);
      const expression = new RegExp(`^(?:${shape.pattern ?? '[^]*'})$`);
      return fc.constantFrom(...[...WORDS, 'chat-logs'].filter(word => expression.test(word) && word.length >= min));
    }
  }
}

/** Checks that there is no 5xx, that errors have a type and a message, and that they change nothing. */
async function sendAndCheck(method: string, path: string, body?: string | Uint8Array): Promise<number> {
  const before = await service.state();
  const { status, type, json } = await service.request(method, path, body);
  if (status >= 400) {
    expect(status).toBeLessThan(500);
    expect(type).toMatch(/^[A-Z]\w+$/);
    if (method !== 'HEAD') expect(json.message).toMatch(/./);
    expect(await service.state()).toBe(before);
  }
  return status;
}

test.each(OPERATION_NAMES)('%s with random inputs', async operation => {
  const { method, requestUri, input } = findOperation(operation)!;
  const arns = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(ROOM, CONFIGURATION) }, { weight: 1, arbitrary: text });
  const seen = new Set<boolean>();
  await fc.assert(fc.asyncProperty(valueOf(shapeOf(input)), arns, fc.array(text, { maxLength: 4 }), async (body, arn, tagKeys) => {
    await restore();
    const query = operation === 'UntagResource' ? `?${tagKeys.map(key => `tagKeys=${encode(key)}`).join('&')}` : '';
    const path = requestUri.replace('{resourceArn}', encode(arn)) + query;
    seen.add(await sendAndCheck(method, path, method === 'POST' ? JSON.stringify(body) : undefined) < 400);
  }), { numRuns: 150 });
  // The inputs must be a mix of valid and invalid ones.
  expect(seen).toEqual(new Set([true, false]));
});

test('random bytes, methods and paths', async () => {
  const path = fc.oneof(fc.webPath(), fc.constantFrom(...OPERATION_NAMES.map(name => `/${name}`)), fc.webPath().map(rest => `/tags${rest}`));
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS');
  await fc.assert(fc.asyncProperty(method, path, fc.webQueryParameters(), fc.uint8Array({ maxLength: 300 }), async (verb, where, query, body) => {
    await sendAndCheck(verb, `${where || '/'}?${query}`, body);
  }), { numRuns: 300 });
});
