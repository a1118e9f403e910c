import { ChatAttribute } from '../../../src';
import { errorOf } from '../../support/grants';

test('an attribute has the value of a claim or of the request, of up to 64 characters by default', () => {
  expect(ChatAttribute.fromClaim('name')._attribute).toEqual({ claim: 'name', maxLength: 64 });
  expect(ChatAttribute.fromClaim('name', { maxLength: 1 })._attribute).toEqual({ claim: 'name', maxLength: 1 });
  expect(ChatAttribute.fromRequest('color')._attribute).toEqual({ request: 'color', maxLength: 64 });
  expect(ChatAttribute.fromRequest('color', { maxLength: 1_024 })._attribute).toEqual({ request: 'color', maxLength: 1_024 });
});

test.each([0, 1_025, 1.5, NaN, '64'])('maxLength must not be %p', maxLength => {
  for (const create of [ChatAttribute.fromClaim, ChatAttribute.fromRequest]) {
    expect(errorOf(() => create('name', { maxLength: maxLength as number }))).toEqual({
      code: 'NumberOutOfRange', message: expect.stringContaining('maxLength must be a whole number from 1 to 1024, got '),
    });
  }
});

test.each([
  ['claim', ChatAttribute.fromClaim],
  ['name', ChatAttribute.fromRequest],
])('%s must be a string that is not empty', (property, create) => {
  expect(errorOf(() => create(''))?.message).toContain(`${property} must have at least one character`);
  expect(errorOf(() => create(7 as any))?.message).toContain(`${property} must be a string, got 7`);
});
