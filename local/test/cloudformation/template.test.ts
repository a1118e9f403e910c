import { parseTemplate } from '../../src/cloudformation/template';

test('all short forms, at any depth', () => {
  const { Resources } = parseTemplate(`
Conditions:
  Both: !And [!Condition A, !Not [!Equals [!Ref P, 'x']], !Or [!Condition A, !Condition B]]
Resources:
  It:
    Type: Test::It
    Properties:
      A: !Ref Other
      B: !GetAtt Other.Outputs.Url
      C: !GetAtt [Other, Arn]
      D: !Sub '\${Other}-\${AWS::Region}'
      E: !Sub ['\${X}', { X: !Join ['-', [a, !Ref Other]] }]
      F: !If [Both, !Select [0, !Split [',', 'a,b']], !Ref 'AWS::NoValue']
      G: !Base64 text
      H: !FindInMap [Map, !Ref 'AWS::Region', Key]
      I: !ImportValue name
`, 'chat.yaml');
  expect(Resources.It.Properties).toEqual({
    A: { Ref: 'Other' },
    B: { 'Fn::GetAtt': ['Other', 'Outputs.Url'] },
    C: { 'Fn::GetAtt': ['Other', 'Arn'] },
    D: { 'Fn::Sub': '${Other}-${AWS::Region}' },
    E: { 'Fn::Sub': ['${X}', { X: { 'Fn::Join': ['-', ['a', { Ref: 'Other' }]] } }] },
    F: { 'Fn::If': ['Both', { 'Fn::Select': [0, { 'Fn::Split': [',', 'a,b'] }] }, { Ref: 'AWS::NoValue' }] },
    G: { 'Fn::Base64': 'text' },
    H: { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'Key'] },
    I: { 'Fn::ImportValue': 'name' },
  });
});

test('a date stays a string, Y stays a key, and anchors are resolved', () => {
  const { Resources } = parseTemplate(`
Resources:
  It: &it
    Type: Test::It
    Properties: { Version: 2012-10-17, Y: yes, Number: 5 }
  Twin: *it
`, 'chat.yaml');
  expect(Resources.It.Properties).toEqual({ Version: '2012-10-17', Y: 'yes', Number: 5 });
  expect(Resources.Twin).toEqual(Resources.It);
});

test('an anchor that is defined again has its last value before the alias', () => {
  const { Resources } = parseTemplate('Resources: { It: { Type: T, Properties: { A: &a 1, B: *a, C: &b [*a, &a 2], D: *a, E: &a [*b], F: *a } } }', 'chat.yaml');
  expect(Resources.It.Properties).toEqual({ A: 1, B: 1, C: [1, 2], D: 2, E: [[1, 2]], F: [[1, 2]] });
});

test.each([['{"Resources":{"It":{"Type":"T"}}}'], ['Resources: { It: { Type: T } }']])('a byte order mark before %s is ignored', text => {
  expect(parseTemplate(`\ufeff${text}`, 'chat')).toEqual({ Resources: { It: { Type: 'T' } } });
});

test('many aliases of one value', () => {
  const { Resources } = parseTemplate(`Resources: { It: { Type: T, Properties: { A: &a 1, B: [${Array(5_000).fill('*a').join(', ')}] } } }`, 'chat.yaml');
  expect(Resources.It.Properties!.B).toHaveLength(5_000);
});

/** Each list contains the one before it ten times. */
const BOMB = Array.from({ length: 12 }, (_, level) => `L${level}: &l${level} [${Array(10).fill(level === 0 ? 1 : `*l${level - 1}`).join(', ')}]`).join('\n');

test.each([
  ['nested aliases for billions of values', BOMB, 'chat.yaml has YAML aliases for more than 100000 values'],
  ['an unknown tag', 'Resources: { It: { Type: !Secret x } }', 'chat.yaml has the YAML tag !Secret'],
  ['invalid YAML', 'Resources: [', 'chat.yaml is not valid YAML'],
  ['a duplicate key', 'Resources: { It: { Type: T }, It: { Type: T } }', 'chat.yaml is not valid YAML'],
  ['invalid JSON', '{ "Resources": ', 'chat.yaml is not valid JSON'],
  ['no resources', 'Outputs: {}', 'it has no Resources'],
  ['an empty file', '', 'it has no Resources'],
  ['a resource without a type', 'Resources: { It: { Properties: {} } }', 'The resource It of chat.yaml has no Type'],
  ['properties that are a list', 'Resources: { It: { Type: T, Properties: [] } }', 'Properties of the resource It of chat.yaml must be a map.'],
  ['a DependsOn that is not a string', 'Resources: { It: { Type: T, DependsOn: [1] } }', 'DependsOn of the resource It of chat.yaml must be a logical id'],
  ['outputs that are a list', 'Resources: { It: { Type: T } }\nOutputs: []', 'Outputs of chat.yaml must be a map.'],
  ['conditions that are a string', 'Resources: { It: { Type: T } }\nConditions: x', 'Conditions of chat.yaml must be a map.'],
  ['a parameter without a type', 'Resources: { It: { Type: T } }\nParameters: { P: { Default: 1 } }', 'The parameter P of chat.yaml has no Type.'],
  ['an output without a value', 'Resources: { It: { Type: T } }\nOutputs: { O: null }', 'The output O of chat.yaml has no Value.'],
  ['an export without a name', 'Resources: { It: { Type: T } }\nOutputs: { O: { Value: 1, Export: x } }', 'Export of the output O of chat.yaml'],
  ['an alias without an anchor', 'Resources: { It: *it }', 'chat.yaml has the YAML alias *it without an anchor &it.'],
  ['an anchor that contains itself', 'Resources: &it { It: *it }', 'chat.yaml has the YAML anchor &it, which contains itself.'],
  ['a logical id with a hyphen', 'Resources: { my-room: { Type: T } }', 'The logical id my-room of chat.yaml must have letters and digits only.'],
  ['a Condition that is not a string', 'Resources: { It: { Type: T, Condition: [] } }', 'Condition of the resource It of chat.yaml must be the name of a condition.'],
  ['an unknown DeletionPolicy', 'Resources: { It: { Type: T, DeletionPolicy: Keep } }',
    'DeletionPolicy of the resource It of chat.yaml must be Delete, Retain, RetainExceptOnCreate, Snapshot.'],
  ['RetainExceptOnCreate as UpdateReplacePolicy', 'Resources: { It: { Type: T, UpdateReplacePolicy: RetainExceptOnCreate } }',
    'UpdateReplacePolicy of the resource It of chat.yaml must be Delete, Retain, Snapshot.'],
  ['a mapping with one level', 'Resources: { It: { Type: T } }\nMappings: { M: { a: b } }', 'The mapping M of chat.yaml must be a map of maps.'],
  ['a Default that is a list', 'Resources: { It: { Type: T } }\nParameters: { P: { Type: String, Default: [] } }', 'Default of the parameter P of chat.yaml must be'],
  ['AllowedValues that are a string', 'Resources: { It: { Type: T } }\nParameters: { P: { Type: String, AllowedValues: x } }', 'AllowedValues of the parameter P'],
  ['an invalid AllowedPattern', 'Resources: { It: { Type: T } }\nParameters: { P: { Type: String, AllowedPattern: "[" } }',
    'AllowedPattern of the parameter P of chat.yaml must be a regular expression.'],
  ['a limit that is not a number', 'Resources: { It: { Type: T } }\nParameters: { P: { Type: String, MaxLength: x } }', 'MaxLength of the parameter P of chat.yaml must be a number.'],
  ['Fn::ForEach', 'Resources: { "Fn::ForEach::Rooms": [] }', 'chat.yaml has Fn::ForEach::Rooms, which is not supported.'],
])('fails for %s', (_name, text, message) => {
  expect(() => parseTemplate(text, 'chat.yaml')).toThrow(message);
});
