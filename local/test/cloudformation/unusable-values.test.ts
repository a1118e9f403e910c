import { unusableValues } from '../../src/cloudformation/unusable-values';

const find = (written: unknown, resolved: unknown) => unusableValues(written, resolved, { hasDeadAddresses: id => id === 'Api' });

test.each<[string, unknown, unknown, string[]]>([
  ['a host that ends in .invalid', { 'Fn::GetAtt': ['Api', 'Domain'] }, 'x.invalid', ['']],
  ['a URL of AWS', { Url: { 'Fn::Sub': 'https://${Api}/' } }, { Url: 'https://x.on.aws/' }, ['Url']],
  ['a nested value', { A: { B: [{ Ref: 'Api' }] } }, { A: { B: ['x.amazonaws.com'] } }, ['A.B.0']],
  ['the whole map is a function', { A: { 'Fn::FindInMap': [{ Ref: 'Api' }, 'b', 'c'] } }, { A: { B: 'x.invalid' } }, ['A.B']],
  ['a host and a port', { 'Fn::Sub': '${Api}:80' }, 'x.invalid:80', ['']],
  ['a resource whose addresses work', { Ref: 'Other' }, 'x.amazonaws.com', []],
  ['an address that is written in the template', 'https://ivs.us-east-1.amazonaws.com', 'https://ivs.us-east-1.amazonaws.com', []],
  ['a host of someone else', { 'Fn::Sub': 'https://example.com/${Api}' }, 'https://example.com/x', []],
  ['a service principal', { Service: { 'Fn::Sub': 'x.${Api}' } }, { Service: 'x.invalidity' }, []],
  ['no string', { Ref: 'Api' }, 5, []],
])('addresses that lead nowhere: %s', (_name, written, resolved, paths) => {
  expect(find(written, resolved)).toEqual(paths.map(path => ({ kind: 'dead-address', path, logicalId: 'Api' })));
});

test.each<[string, unknown, object[]]>([
  ['the whole value', { A: '{{resolve:ssm:/a:1}}' }, [{ path: 'A', reference: '{{resolve:ssm:/a:1}}' }]],
  ['a part of it', ['x', 'pre-{{resolve:secretsmanager:b}}-post'], [{ path: '1', reference: '{{resolve:secretsmanager:b}}' }]],
  ['braces of something else', 'Hello {{name}}', []],
])('dynamic references: %s', (_name, value, expected) => {
  expect(find(value, value)).toEqual(expected.map(found => ({ kind: 'dynamic-reference', ...found })));
});
