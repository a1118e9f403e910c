import { plan } from '../support/plan-template';

test('resources and outputs whose condition is false are left out, also of DependsOn', () => {
  const { resources, outputs } = plan({
    Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Gone: { Type: 'T', Condition: 'No' }, Here: { Type: 'T', DependsOn: 'Gone' } },
    Outputs: { Gone: { Value: { Ref: 'Gone' }, Condition: 'No' }, Here: { Value: { Ref: 'Here' } } },
  });
  expect([...resources.keys()]).toEqual(['Here']);
  expect(resources.get('Here')!.dependencies).toEqual([]);
  expect(outputs.map(({ name }) => name)).toEqual(['Here']);
});

test('an unknown condition of a resource or an output is named with it', () => {
  expect(() => plan({ Resources: { A: { Type: 'T', Condition: 'No' } } })).toThrow('A: The template has no condition No.');
  expect(() => plan({ Resources: { A: { Type: 'T' } }, Outputs: { Arn: { Value: 'x', Condition: 'No' } } })).toThrow('The output Arn: The template has no condition No.');
});

describe('dependencies', () => {
  test('from Ref, both forms of GetAtt, Sub and DependsOn', () => {
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
    ['a circular dependency', { A: { Type: 'T', Properties: { x: { Ref: 'B' } } }, B: { Type: 'T', DependsOn: 'C' }, C: { Type: 'T', Properties: { x: { 'Fn::GetAtt': 'A.Arn' } } } },
      'Circular dependency between resources: A → B → C → A.'],
    ['an intrinsic function instead of properties', { A: { Type: 'T', Properties: { 'Fn::If': ['C', {}, {}] } } }, 'A: Properties must be a map of properties, got Fn::If.'],
    ['a resource that depends on itself', { A: { Type: 'T', DependsOn: 'A' } }, 'Circular dependency between resources: A → A.'],
    ['a Ref to an unknown resource', { A: { Type: 'T', Properties: { x: { Ref: 'B' } } } }, 'A: x refers to B, which is not a resource or parameter of the template.'],
    ['a DependsOn on an unknown resource', { A: { Type: 'T', DependsOn: 'B' } }, 'A depends on B, which is not a resource of the template.'],
  ])('fails for %s', (_name, Resources, message) => {
    expect(() => plan({ Resources })).toThrow(message);
  });

  test('fails for a Ref to a resource whose condition is false', () => {
    expect(() => plan({
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { A: { Type: 'T', Condition: 'No' }, B: { Type: 'T', Properties: { x: { Ref: 'A' } } } },
    })).toThrow('B: x refers to A, whose condition is false.');
  });
});

test.each<[unknown, string]>([
  ['AWS::Serverless-2016-10-31', 'AWS::Serverless-2016-10-31'],
  [['AWS::LanguageExtensions', { Name: 'AWS::Include' }], 'AWS::LanguageExtensions, {"Name":"AWS::Include"}'],
])('fails for the transform %j', (Transform, names) => {
  expect(() => plan({ Transform })).toThrow(`Transforms are not supported, got ${names}: deploy the transformed template.`);
});
