import { digestOfAttributes, digestOfBody, sizeOf } from '../../src/sqs/message';

test('digest of a body', () => {
  expect(digestOfBody('hello')).toBe('5d41402abc4b2a76b9719d911017c592');
});

describe('digest of message attributes', () => {
  // From the tests of moto.
  test.each([
    ['timestamp', '1493147359900', '235c5c510d26fb653d073faed50ae77c'],
    ['timestamp', '1493147359901', '994258b45346a2cc3f9cbb611aa7af30'],
    ['SOME_Valid.attribute-Name', '1493147359900', '36655e7e9d7c0e8479fa3f3f42247ae7'],
  ])('%s %s', (name, StringValue, digest) => {
    expect(digestOfAttributes({ [name]: { DataType: 'Number', StringValue } })).toBe(digest);
  });

  test('none without attributes', () => {
    expect(digestOfAttributes({})).toBeUndefined();
  });

  test('does not depend on the order of the attributes', () => {
    const [a, b] = [{ DataType: 'String', StringValue: 'x' }, { DataType: 'Binary', BinaryValue: 'AP8=' }];
    expect(digestOfAttributes({ a, b })).toBe(digestOfAttributes({ b, a }));
  });

  test('differs between a string and the same bytes', () => {
    const a = { DataType: 'Binary', BinaryValue: Buffer.from('x').toString('base64') };
    expect(digestOfAttributes({ a })).not.toBe(digestOfAttributes({ a: { DataType: 'Binary', StringValue: 'x' } }));
  });
});

test('the size has names, types and values of attributes, in bytes', () => {
  const message = { body: 'é', attributes: { ab: { DataType: 'String', StringValue: 'ü' }, c: { DataType: 'Binary', BinaryValue: 'AP8=' } }, systemAttributes: {}, senderId: 'A' };
  expect(sizeOf(message)).toBe(2 + (2 + 6 + 2) + (1 + 6 + 2));
});
