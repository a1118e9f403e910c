import { propertyOf } from '../../../handlers/token-endpoint/property-of';

test.each(['constructor', 'toString', '__proto__'])('%s is found only if the object has it itself', name => {
  expect(propertyOf({}, name)).toBeUndefined();
  expect(propertyOf(JSON.parse(`{"${name}":"own"}`), name)).toBe('own');
});
