import * as fc from 'fast-check';
import { attributesOf } from '../../../handlers/token-endpoint/attributes';
import { LOBBY, useTokenEndpoint } from '../../support/token-endpoint/endpoint';

type Settings = Parameters<typeof attributesOf>[0];

function compute(settings: Settings, claims: object, fields: object = {}) {
  const added: any[] = [];
  const user = { userId: 'ada', claims: claims as Record<string, unknown>, isAnonymous: false };
  const attributes = attributesOf(settings, 'participant', user, fields as Record<string, unknown>, { add: (entry: object) => added.push(entry) } as any);
  return { attributes, leftOut: added[0]?.leftOut };
}

const name = (value: unknown, maxLength = 64) => compute({ name: { claim: 'name', maxLength } }, { name: value }).attributes.name;

test('come from claims and from the request, after the role', () => {
  const settings: Settings = { displayName: { claim: 'name', maxLength: 64 }, mood: { request: 'mood', maxLength: 8 } };
  const { attributes } = compute(settings, { name: 'Ada' }, { mood: 'good', name: 'Eve' });
  expect(Object.entries(attributes)).toEqual([['role', 'participant'], ['displayName', 'Ada'], ['mood', 'good']]);
});

test('role is written by the endpoint only', () => {
  expect(compute({ role: { claim: 'role', maxLength: 64 } }, { role: 'moderator' }).attributes).toEqual({ role: 'participant' });
});

test.each<[unknown, string | undefined]>([
  ['Ada', 'Ada'], [7, '7'], [true, 'true'], ['', undefined], [' \n ', undefined], [null, undefined], [undefined, undefined], [['Ada'], undefined], [{ a: 1 }, undefined],
])('the value %j becomes %j', (value, expected) => {
  expect(name(value)).toBe(expected);
});

test.each([
  ['control characters', 'A\u0000d\u001b[31m\u0085a\n', 'Ad[31ma'],
  ['bidirectional overrides', '\u202eAda\u202c', 'Ada'],
  ['bidirectional isolates', '\u2066Ada\u2069', 'Ada'],
  ['bidirectional marks', '\u200eA\u200fd\u061ca', 'Ada'],
  ['line and paragraph separators', 'A\u2028d\u2029a', 'Ada'],
  ['half characters', 'Ada\ud83d', 'Ada'],
])('%s are removed', (_, value, expected) => {
  expect(name(value)).toBe(expected);
});

test('scripts, accents and emoji stay', () => {
  for (const value of ['Zoë', 'محمد', '👩‍👩‍👧 family', '王小明']) expect(name(value)).toBe(value.normalize('NFC'));
});

test('are cut by characters, not within one', () => {
  expect(name('😀'.repeat(10), 3)).toBe('😀😀😀');
  expect(name('abc def', 4)).toBe('abc');
});

test('are left out when they do not fit, and the log has their names', () => {
  const settings: Settings = {
    first: { claim: 'long', maxLength: 700 }, second: { claim: 'long', maxLength: 700 }, third: { claim: 'short', maxLength: 64 },
  };
  const { attributes, leftOut } = compute(settings, { long: 'x'.repeat(700), short: 'ok' });
  expect(Object.keys(attributes)).toEqual(['role', 'first', 'third']);
  expect(leftOut).toEqual(['second']);
});

test('have any name', () => {
  const settings = JSON.parse('{"__proto__":{"claim":"name","maxLength":64},"constructor":{"claim":"name","maxLength":64}}');
  const { attributes } = compute(settings, { name: 'Ada' });
  expect(Object.keys(attributes)).toEqual(['role', '__proto__', 'constructor']);
});

test('are at most 1 KB of clean text that begins like the claim, whatever the claims are', () => {
  const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 600 }), fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ unit: fc.constantFrom('\ud83d', '\u202e', 'a', ' ', '\n') }));
  const values = fc.oneof(texts, fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()));
  const settings = fc.dictionary(fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('role', '__proto__', 'name')), fc.record({
    claim: fc.constantFrom('a', 'b', 'c'), maxLength: fc.integer({ min: 1, max: 1_000 }),
  }), { maxKeys: 8 });

  fc.assert(fc.property(settings, fc.record({ a: values, b: values, c: values }), (all, claims: Record<string, unknown>) => {
    const { attributes, leftOut = [] } = compute(all, claims);
    expect(Object.keys(attributes).find(key => !/^\d+$/.test(key))).toBe('role');
    expect(attributes.role).toBe('participant');
    expect(Buffer.byteLength(JSON.stringify(attributes))).toBeLessThanOrEqual(1_024);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'role') continue;
      const { claim, maxLength } = all[key] as { claim: string; maxLength: number };
      expect(value).not.toMatch(/[\p{Cc}\p{Surrogate}\p{Bidi_Control}\u2028\u2029]/u);
      expect([...value].length).toBeLessThanOrEqual(maxLength);
      expect(value.trim()).toBe(value);
      expect(value).not.toBe('');
      expect(['string', 'number', 'boolean']).toContain(typeof claims[claim]);
    }
    expect(leftOut.filter((key: string) => Object.hasOwn(attributes, key))).toEqual([]);
  }));
});

describe('in a token', () => {
  const { aws, create, provider } = useTokenEndpoint();

  test('are sent to CreateChatToken, and never logged', async () => {
    const endpoint = create({ attributes: { displayName: { claim: 'name', maxLength: 64 }, bio: { claim: 'bio', maxLength: 2_000 }, nick: { request: 'nick', maxLength: 32 } } });
    const answer = await endpoint.post({ room: LOBBY, nick: 'secret nick\n1' }, { token: provider.token({ name: 'secret Ada', bio: 'ü'.repeat(600) }) });
    expect(answer).toMatchObject({ status: 200, line: { leftOut: ['bio'] } });
    expect(aws.calls('CreateChatToken')[0].input.attributes).toEqual({ role: 'participant', displayName: 'secret Ada', nick: 'secret nick1' });
  });
});
