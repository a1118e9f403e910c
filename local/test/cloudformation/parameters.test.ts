import { plan, valueOf } from '../support/plan-template';

const one = (parameter: object, given?: string) => valueOf({ Ref: 'P' }, { Parameters: { P: parameter } }, given === undefined ? {} : { P: given });

test.each<[string, object, string | undefined, unknown]>([
  ['a default', { Type: 'String', Default: 'a' }, undefined, 'a'],
  ['a value instead of the default', { Type: 'String', Default: 'a' }, 'b', 'b'],
  ['a number', { Type: 'Number', Default: 5 }, undefined, '5'],
  ['a list of numbers', { Type: 'List<Number>' }, '1,2', ['1', '2']],
  ['an SSM parameter with a value', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' }, 'c', 'c'],
])('%s', (_name, parameter, given, expected) => {
  expect(one(parameter, given)).toEqual(expected);
});

test('the version of the bootstrap stack has a value, and its rule is ignored', () => {
  expect(valueOf({ Ref: 'BootstrapVersion' }, {
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
    Rules: { CheckBootstrapVersion: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1'], { Ref: 'BootstrapVersion' }] }] } }] } },
  })).toBe('999');
});

test.each<[string, object, string | undefined, string]>([
  ['no value', { Type: 'String' }, undefined, 'The parameter P must have a value or a default: pass one with --parameters P=VALUE.'],
  ['an SSM parameter without a value', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' }, undefined, 'The parameter P is read from SSM (/a/b), which is not supported: pass its value with --parameters P=VALUE.'],
  ['a value that is not allowed', { Type: 'String', AllowedValues: ['a', 'b'] }, 'c', 'The parameter P must be one of a, b, got c.'],
  ['a value that does not match', { Type: 'String', AllowedPattern: '[a-z]' }, 'ab', 'The parameter P must match [a-z].'],
  ['a value that is not a number', { Type: 'Number' }, 'x', 'The parameter P must be a number, got x.'],
  ['an empty number', { Type: 'Number' }, '', 'The parameter P must be a number, got an empty string.'],
  ['a number that is too small', { Type: 'Number', MinValue: 2 }, '1', 'The parameter P must be at least 2, got 1.'],
  ['a number that is too large', { Type: 'Number', MaxValue: '2' }, '3', 'The parameter P must be at most 2, got 3.'],
  ['a string that is too short', { Type: 'String', MinLength: 2 }, 'a', 'The length of the parameter P must be at least 2, got 1.'],
  ['a string that is too long', { Type: 'String', MaxLength: 2 }, 'abc', 'The length of the parameter P must be at most 2, got 3.'],
])('fails for %s', (_name, parameter, given, message) => {
  expect(() => one(parameter, given)).toThrow(message);
});

test('fails for a value of an unknown parameter', () => {
  expect(() => plan({}, { Other: 'x' })).toThrow('The template has no parameter Other.');
});
