import { resolve } from '../../src/cloudformation/intrinsics';
import { planStack } from '../../src/cloudformation/plan';
import { parseTemplate } from '../../src/cloudformation/template';
import { ENVIRONMENT, stackOf } from '../support/deployment-harness';

const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/Chat/1';

function plan(template: Record<string, any>, parameters: Record<string, string> = {}) {
  return planStack(stackOf({ One: { Type: 'Test::One' } }, template, { parameters }), STACK_ID, ENVIRONMENT);
}

/** What a property of a resource becomes, where nothing else is there but the template. */
function value(written: unknown, template: Record<string, any> = {}, parameters: Record<string, string> = {}): unknown {
  const { resources, scope } = plan({ ...template, Resources: { It: { Type: 'Test::It', Properties: { Value: written } } } }, parameters);
  return (resolve(resources.get('It')!.properties, scope) as any).Value;
}

describe('YAML', () => {
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

  test('a date stays a text, Y stays a key, and an anchor is followed', () => {
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

  test.each([
    ['a tag nobody knows', 'Resources: { It: { Type: !Secret x } }', 'chat.yaml has the YAML tag !Secret'],
    ['bad YAML', 'Resources: [', 'chat.yaml is not valid YAML'],
    ['a key that is there twice', 'Resources: { It: { Type: T }, It: { Type: T } }', 'chat.yaml is not valid YAML'],
    ['bad JSON', '{ "Resources": ', 'chat.yaml is not valid JSON'],
    ['no resources', 'Outputs: {}', 'it has no Resources'],
    ['an empty file', '', 'it has no Resources'],
    ['a resource without a type', 'Resources: { It: { Properties: {} } }', 'The resource It of chat.yaml has no Type'],
    ['properties that are a list', 'Resources: { It: { Type: T, Properties: [] } }', 'The Properties of the resource It of chat.yaml have to be a map.'],
    ['DependsOn that names nothing', 'Resources: { It: { Type: T, DependsOn: [1] } }', 'DependsOn of the resource It of chat.yaml has to be'],
    ['outputs that are a list', 'Resources: { It: { Type: T } }\nOutputs: []', 'Outputs of chat.yaml have to be a map.'],
    ['conditions that are a text', 'Resources: { It: { Type: T } }\nConditions: x', 'Conditions of chat.yaml have to be a map.'],
    ['a parameter without a type', 'Resources: { It: { Type: T } }\nParameters: { P: { Default: 1 } }', 'The parameter P of chat.yaml has no Type.'],
    ['an output without a value', 'Resources: { It: { Type: T } }\nOutputs: { O: null }', 'The output O of chat.yaml has no Value.'],
    ['an export without a name', 'Resources: { It: { Type: T } }\nOutputs: { O: { Value: 1, Export: x } }', 'Export of the output O of chat.yaml'],
    ['a loop of resources', 'Resources: { "Fn::ForEach::Rooms": [] }', 'chat.yaml uses Fn::ForEach::Rooms, which is not supported here'],
  ])('fails for %s', (_name, text, sentence) => {
    expect(() => parseTemplate(text, 'chat.yaml')).toThrow(sentence);
  });
});

describe('intrinsic functions', () => {
  const MAPS = { Mappings: { Sizes: { 'us-east-1': { Rate: 5, Names: ['a', 'b'] } } } };
  test.each<[string, unknown, unknown]>([
    ['Ref of a parameter', { Ref: 'Text' }, 'hello'],
    ['Ref of a list', { Ref: 'List' }, ['a', 'b']],
    ['pseudo parameters', { 'Fn::Sub': '${AWS::Partition} ${AWS::AccountId} ${AWS::Region} ${AWS::URLSuffix} ${AWS::StackName} ${AWS::StackId}' },
      `aws 111122223333 us-east-1 amazonaws.com Chat ${STACK_ID}`],
    ['Join', { 'Fn::Join': ['-', ['a', 1, true, { Ref: 'Text' }]] }, 'a-1-true-hello'],
    ['Join of a list parameter', { 'Fn::Join': ['|', { Ref: 'List' }] }, 'a|b'],
    ['Sub with a map, literals and spaces', { 'Fn::Sub': ['${X}${!Text}${ Text }$', { X: { Ref: 'Text' } }] }, 'hello${Text}hello$'],
    ['Sub does not look into what it has put in', { 'Fn::Sub': ['${X}', { X: '${Text}' }] }, '${Text}'],
    ['Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
    ['Split', { 'Fn::Split': [',', 'a,b,'] }, ['a', 'b', '']],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'Rate'] }, 5],
    ['FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'Names'] }, ['a', 'b']],
    ['Base64', { 'Fn::Base64': { Ref: 'Text' } }, 'aGVsbG8='],
    ['If', { 'Fn::If': ['Yes', 'this', { Ref: 'Nowhere' }] }, 'this'],
    ['If not', { 'Fn::If': ['No', { 'Fn::ToJsonString': {} }, ['that']] }, ['that']],
    ['NoValue in a list', ['a', { Ref: 'AWS::NoValue' }, { 'Fn::If': ['No', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
    ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['NoValue as the property', { Ref: 'AWS::NoValue' }, undefined],
    ['a Condition of a policy is no function', { Condition: { StringEquals: { a: { Ref: 'Text' } } } }, { Condition: { StringEquals: { a: 'hello' } } }],
    ['names objects have are no functions', { constructor: 'x' }, { constructor: 'x' }],
  ])('%s', (_name, written, expected) => {
    expect(value(written, {
      ...MAPS,
      Parameters: { Text: { Type: 'String', Default: 'hello' }, List: { Type: 'CommaDelimitedList', Default: 'a, b' } },
      Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
    })).toEqual(expected);
  });

  test.each([
    'Fn::Cidr', 'Fn::ForEach', 'Fn::GetAZs', 'Fn::GetStackOutput', 'Fn::Length', 'Fn::ToJsonString', 'Fn::Transform', 'Fn::Contains', 'Fn::ValueOf',
  ])('fails for %s by name, before anything is made', name => {
    expect(() => value({ deep: [{ [name]: ['x'] }] })).toThrow(`It: ${name} is not supported here.`);
    expect(() => plan({ Outputs: { Out: { Value: { [name]: 'x' } } } })).toThrow(`The output Out: ${name} is not supported here.`);
    expect(() => plan({ Conditions: { C: { 'Fn::Equals': [{ [name]: 'x' }, 'x'] } } })).toThrow(`${name} is not supported here.`);
  });

  test.each<[string, unknown, string]>([
    ['a function for conditions only', { 'Fn::Equals': ['a', 'a'] }, 'Fn::Equals is for the Conditions of a template'],
    ['other keys beside a function', { 'Fn::Join': ['', []], 'x': 1 }, 'Fn::Join cannot have other keys beside it (x).'],
    ['a default in FindInMap', { 'Fn::FindInMap': ['A', 'b', 'c', { DefaultValue: 1 }] }, 'A default in Fn::FindInMap is not supported here.'],
    ['a key no map has', { 'Fn::FindInMap': ['A', 'b', 'c'] }, 'Mappings has no A.b.c.'],
    ['a condition nobody has written', { 'Fn::If': ['C', 1, 2] }, 'The template has no condition C.'],
    ['an If without an else', { 'Fn::If': ['C', 1] }, 'Fn::If needs a condition and two values.'],
    ['a Join of an object', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join needs texts, and was given {"a":1}.'],
    ['an index too high', { 'Fn::Select': [2, ['a']] }, 'Fn::Select finds nothing at 2.'],
    ['a Sub of a list', { 'Fn::Sub': [['a']] }, 'Fn::Sub needs a text'],
  ])('fails for %s', (_name, written, sentence) => {
    expect(() => value(written)).toThrow(sentence);
  });
});

describe('conditions', () => {
  const decide = (condition: unknown, more: object = {}) => value({ 'Fn::If': ['It', 'yes', 'no'] }, {
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

  test('fails for a circle', () => {
    expect(() => decide({ Condition: 'Other' }, { Other: { 'Fn::Not': [{ Condition: 'It' }] } })).toThrow('These conditions depend on each other in a circle: It → Other → It.');
  });

  test('a resource and an output whose condition is false are not there, and DependsOn no longer waits for it', () => {
    const { resources, outputs } = plan({
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Gone: { Type: 'T', Condition: 'No' }, Here: { Type: 'T', DependsOn: 'Gone' } },
      Outputs: { Gone: { Value: { Ref: 'Gone' }, Condition: 'No' }, Here: { Value: { Ref: 'Here' } } },
    });
    expect([...resources.keys()]).toEqual(['Here']);
    expect(resources.get('Here')!.dependencies).toEqual([]);
    expect(outputs.map(({ name }) => name)).toEqual(['Here']);
  });
});

describe('dependencies', () => {
  test('Ref, GetAtt in both spellings, Sub and DependsOn', () => {
    const { resources } = plan({
      Resources: {
        A: { Type: 'T' },
        B: { Type: 'T' },
        C: { Type: 'T' },
        D: { Type: 'T' },
        E: { Type: 'T' },
        F: { Type: 'T' },
        It: {
          Type: 'T',
          DependsOn: ['E', 'A'],
          Properties: { a: { Ref: 'A' }, b: [{ 'Fn::GetAtt': ['B', 'X'] }], c: { 'Fn::GetAtt': 'C.X' }, d: { 'Fn::Sub': ['${D.X} ${!F} ${F}', { F: '1' }] } },
        },
      },
    });
    expect(resources.get('It')!.dependencies).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test.each<[string, Record<string, object>, string]>([
    ['a circle', { A: { Type: 'T', Properties: { x: { Ref: 'B' } } }, B: { Type: 'T', DependsOn: 'C' }, C: { Type: 'T', Properties: { x: { 'Fn::GetAtt': 'A.Arn' } } } },
      'These resources depend on each other in a circle: A → B → C → A.'],
    ['a circle of one', { A: { Type: 'T', DependsOn: 'A' } }, 'in a circle: A → A.'],
    ['a resource nobody has written', { A: { Type: 'T', Properties: { x: { Ref: 'B' } } } }, 'A refers to B, and there is no such resource or parameter.'],
    ['DependsOn to nowhere', { A: { Type: 'T', DependsOn: 'B' } }, 'A depends on B, and there is no such resource.'],
  ])('fails for %s', (_name, Resources, sentence) => {
    expect(() => plan({ Resources })).toThrow(sentence);
  });

  test('fails for a Ref to a resource whose condition is false', () => {
    expect(() => plan({
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { A: { Type: 'T', Condition: 'No' }, B: { Type: 'T', Properties: { x: { Ref: 'A' } } } },
    })).toThrow('B refers to A, and there is no such resource or parameter (its condition is false).');
  });
});

describe('parameters', () => {
  const one = (parameter: object, given?: string) => value({ Ref: 'P' }, { Parameters: { P: parameter } }, given === undefined ? {} : { P: given });

  test.each<[string, object, string | undefined, unknown]>([
    ['a default', { Type: 'String', Default: 'a' }, undefined, 'a'],
    ['a value instead', { Type: 'String', Default: 'a' }, 'b', 'b'],
    ['a number', { Type: 'Number', Default: 5 }, undefined, '5'],
    ['numbers', { Type: 'List<Number>' }, '1,2', ['1', '2']],
    ['a parameter of SSM with a value', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' }, 'c', 'c'],
  ])('%s', (_name, parameter, given, expected) => {
    expect(one(parameter, given)).toEqual(expected);
  });

  test('the version of the bootstrap stack is there; its rule is left alone', () => {
    expect(value({ Ref: 'BootstrapVersion' }, {
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
      Rules: { CheckBootstrapVersion: { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1'], { Ref: 'BootstrapVersion' }] }] } }] } },
    })).toBe('999');
  });

  test.each<[string, object, string | undefined, string]>([
    ['no value', { Type: 'String' }, undefined, 'The parameter P has no value and no default.'],
    ['SSM', { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/b' }, undefined, 'The parameter P is read from SSM (/a/b), which is not here: give it a value.'],
    ['a value that is not allowed', { Type: 'String', AllowedValues: ['a', 'b'] }, 'c', 'The parameter P is c, and may be a, b.'],
    ['a pattern', { Type: 'String', AllowedPattern: '[a-z]' }, 'ab', 'The parameter P does not match [a-z].'],
    ['no number', { Type: 'Number' }, 'x', 'The parameter P is x, which is no number.'],
    ['nothing where a number has to be', { Type: 'Number' }, '', 'The parameter P is empty, which is no number.'],
    ['too small a number', { Type: 'Number', MinValue: 2 }, '1', 'The parameter P is 1, and has to be at least 2.'],
    ['too large a number', { Type: 'Number', MaxValue: '2' }, '3', 'The parameter P is 3, and may be at most 2.'],
    ['too short a text', { Type: 'String', MinLength: 2 }, 'a', 'The length of the parameter P is 1, and has to be at least 2.'],
    ['too long a text', { Type: 'String', MaxLength: 2 }, 'abc', 'The length of the parameter P is 3, and may be at most 2.'],
  ])('fails for %s', (_name, parameter, given, sentence) => {
    expect(() => one(parameter, given)).toThrow(sentence);
  });

  test('fails for a value nobody asked for', () => {
    expect(() => plan({}, { Other: 'x' })).toThrow('The template has no parameter Other.');
  });
});

test.each<[unknown, string]>([
  ['AWS::Serverless-2016-10-31', 'AWS::Serverless-2016-10-31'],
  [['AWS::LanguageExtensions', { Name: 'AWS::Include' }], 'AWS::LanguageExtensions, {"Name":"AWS::Include"}'],
])('fails for the transform %j', (Transform, names) => {
  expect(() => plan({ Transform })).toThrow(`The template uses the transform ${names}, which is not supported here.`);
});
