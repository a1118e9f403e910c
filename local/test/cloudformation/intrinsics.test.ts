import { plan, STACK_ID, valueOf } from '../support/plan-template';

const MAPS = { Mappings: { Sizes: { 'us-east-1': { Rate: 5, Names: ['a', 'b'] } } } };
test.each<[string, unknown, unknown]>([
  ['Ref of a parameter', { Ref: 'Text' }, 'hello'],
  ['Ref of a list', { Ref: 'List' }, ['a', 'b']],
  ['pseudo parameters', { 'Fn::Sub': '${AWS::Partition} ${AWS::AccountId} ${AWS::Region} ${AWS::URLSuffix} ${AWS::StackName} ${AWS::StackId}' },
    `aws 111122223333 us-east-1 amazonaws.com Chat ${STACK_ID}`],
  ['Join', { 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Text' }]] }, 'a-1-true-hello'],
  ['Join of a list parameter', { 'Fn::Join': ['|', { Ref: 'List' }] }, 'a|b'],
  ['Sub with a map, literals and spaces', { 'Fn::Sub': ['${X}${!Text}${ Text }$', { X: { Ref: 'Text' } }] }, 'hello${Text}hello$'],
  ['Sub does not substitute twice', { 'Fn::Sub': ['${X}', { X: '${Text}' }] }, '${Text}'],
  ['Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
  ['Split', { 'Fn::Split': [',', 'a,b,'] }, ['a', 'b', '']],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'Rate'] }, 5],
  ['FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'Names'] }, ['a', 'b']],
  ['Base64', { 'Fn::Base64': { Ref: 'Text' } }, 'aGVsbG8='],
  ['GetAZs of the current region', { 'Fn::GetAZs': '' }, ['a', 'b', 'c', 'd', 'e', 'f'].map(zone => `us-east-1${zone}`)],
  ['GetAZs of another region', { 'Fn::Select': [2, { 'Fn::GetAZs': 'ap-northeast-1' }] }, 'ap-northeast-1d'],
  ['GetAZs of a reference', { 'Fn::Select': ['0', { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] }, 'us-east-1a'],
  ['Cidr', { 'Fn::Cidr': [{ 'Fn::Join': ['/', ['192.168.0.0', 24]] }, '2', '5'] }, ['192.168.0.0/27', '192.168.0.32/27']],
  ['If', { 'Fn::If': ['Yes', 'this', { Ref: 'Nowhere' }] }, 'this'],
  ['If not', { 'Fn::If': ['No', { 'Fn::ToJsonString': {} }, ['that']] }, ['that']],
  ['NoValue in a list', ['a', { Ref: 'AWS::NoValue' }, { 'Fn::If': ['No', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
  ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['NoValue as the property', { Ref: 'AWS::NoValue' }, undefined],
  ['the Condition of a policy statement is not a function', { Condition: { StringEquals: { a: { Ref: 'Text' } } } }, { Condition: { StringEquals: { a: 'hello' } } }],
  ['a key such as constructor is not a function', { constructor: 'x' }, { constructor: 'x' }],
])('%s', (_name, written, expected) => {
  expect(valueOf(written, {
    ...MAPS,
    Parameters: { Text: { Type: 'String', Default: 'hello' }, List: { Type: 'CommaDelimitedList', Default: 'a, b' } },
    Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
  })).toEqual(expected);
});

test.each([
  'Fn::ForEach', 'Fn::GetStackOutput', 'Fn::Length', 'Fn::ToJsonString', 'Fn::Transform', 'Fn::Contains', 'Fn::ValueOf',
])('fails for the unsupported function %s before anything is created', name => {
  expect(() => valueOf({ deep: [{ [name]: ['x'] }] })).toThrow(`It: Value: ${name} is not supported.`);
  expect(() => plan({ Outputs: { Out: { Value: { [name]: 'x' } } } })).toThrow(`The output Out: ${name} is not supported.`);
  expect(() => plan({ Conditions: { C: { 'Fn::Equals': [{ [name]: 'x' }, 'x'] } } })).toThrow(`${name} is not supported.`);
});

test.each<[string, unknown, string]>([
  ['a condition function in a resource', { 'Fn::Equals': ['a', 'a'] }, 'Fn::Equals must be in the Conditions of the template, not in resources or outputs.'],
  ['a function with other keys', { 'Fn::Join': ['', []], 'x': 1 }, 'Fn::Join must be the only key of its object, got also x.'],
  ['a default in FindInMap', { 'Fn::FindInMap': ['A', 'b', 'c', { DefaultValue: 1 }] }, 'The default value of Fn::FindInMap is not supported.'],
  ['an unknown key of a mapping', { 'Fn::FindInMap': ['A', 'b', 'c'] }, 'Mappings has no A.b.c.'],
  ['an unknown condition', { 'Fn::If': ['C', 1, 2] }, 'The template has no condition C.'],
  ['a key that every object inherits', { 'Fn::FindInMap': ['constructor', 'name', 'length'] }, 'Mappings has no constructor.name.length.'],
  ['a Ref of an object', { Ref: { toString: 'x' } }, 'Ref must have a name, got {"toString":"x"}.'],
  ['a GetAtt without an attribute', { 'Fn::GetAtt': 'It' }, 'Fn::GetAtt must have a logical id and an attribute, such as Room.Arn, got It.'],
  ['a GetAtt of null', { 'Fn::GetAtt': null }, 'Fn::GetAtt must have a logical id and an attribute, got null.'],
  ['a Join without a list', { 'Fn::Join': ['-'] }, 'Fn::Join must have a list of 2, got ["-"].'],
  ['an If with one value', { 'Fn::If': ['C', 1] }, 'Fn::If must have a condition and two values.'],
  ['a Join of an object', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join must have strings, got {"a":1}.'],
  ['a Select beyond the list', { 'Fn::Select': [2, ['a']] }, 'Fn::Select has no element at index 2.'],
  ['a GetAZs of something else', { 'Fn::GetAZs': 'here' }, 'Fn::GetAZs must have a region or an empty string, got here.'],
  ['a Cidr without a count', { 'Fn::Cidr': ['10.0.0.0/16'] }, 'Fn::Cidr must have a list of 2 to 3, got ["10.0.0.0/16"].'],
  ['a Sub of a list', { 'Fn::Sub': [['a']] }, 'Fn::Sub must have a string'],
])('fails for %s', (_name, written, message) => {
  expect(() => valueOf(written)).toThrow(message);
});

describe('conditions', () => {
  const decide = (condition: unknown, more: object = {}) => valueOf({ 'Fn::If': ['It', 'yes', 'no'] }, {
    Parameters: { Stage: { Type: 'String', Default: 'prod' }, Count: { Type: 'Number', Default: 3 } },
    Conditions: { It: condition, Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, ...more },
  });
  test.each<[string, unknown, string]>([
    ['And', { 'Fn::And': [{ Condition: 'Prod' }, { 'Fn::Equals': [{ Ref: 'Count' }, 3] }] }, 'yes'],
    ['And, one false', { 'Fn::And': [{ Condition: 'Prod' }, { 'Fn::Not': [{ Condition: 'Prod' }] }] }, 'no'],
    ['Or', { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { Condition: 'Prod' }] }, 'yes'],
    ['Or, none', { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Not': [{ Condition: 'Prod' }] }] }, 'no'],
    ['Equals of functions', { 'Fn::Equals': [{ 'Fn::Join': ['', ['pr', 'od']] }, { Ref: 'Stage' }] }, 'yes'],
    ['Condition', { Condition: 'Prod' }, 'yes'],
  ])('%s', (_name, condition, expected) => {
    expect(decide(condition)).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ['a string', 'true', 'The condition It: must be a condition function such as Fn::Equals, got "true".'],
    ['Not of two conditions', { 'Fn::Not': [{ Condition: 'Prod' }, { Condition: 'Prod' }] }, 'The condition It: Fn::Not must have a list of 1, got [true,true].'],
    ['Equals of one value', { 'Fn::Equals': ['a'] }, 'The condition It: Fn::Equals must have a list of 2, got ["a"].'],
    ['And of one condition', { 'Fn::And': [{ Condition: 'Prod' }] }, 'The condition It: Fn::And must have a list of 2 to 10, got [true].'],
    ['a condition that every object inherits', { Condition: 'toString' }, 'The template has no condition toString.'],
  ])('fails for %s', (_name, condition, message) => {
    expect(() => decide(condition)).toThrow(message);
  });

  test('fails for a circular dependency in an If', () => {
    expect(() => decide({ 'Fn::Equals': [{ 'Fn::If': ['It', 1, 2] }, 1] })).toThrow('Circular dependency between conditions: It → It.');
  });

  test('fails for a circular dependency', () => {
    expect(() => decide({ Condition: 'Other' }, { Other: { 'Fn::Not': [{ Condition: 'It' }] } })).toThrow('Circular dependency between conditions: It → Other → It.');
  });
});
