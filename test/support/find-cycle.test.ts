import { findCycle } from './find-cycle';

/** Returns a template with these properties of A, and with B, which depends on A. */
function withBackEdge(a: object): any {
  return { Resources: { A: { Type: 'T', ...a }, B: { Type: 'T', DependsOn: ['A'] } } };
}

test.each<[string, object]>([
  ['DependsOn, a string', { DependsOn: 'B' }],
  ['DependsOn, a list', { DependsOn: ['Elsewhere', 'B'] }],
  ['Ref', { Properties: { P: { Ref: 'B' } } }],
  ['Fn::GetAtt, a list', { Properties: { P: { 'Fn::GetAtt': ['B', 'Arn'] } } }],
  ['Fn::GetAtt, dotted', { Properties: { P: { 'Fn::GetAtt': 'B.Arn' } } }],
  ['Fn::GetAtt, dotted twice', { Properties: { P: { 'Fn::GetAtt': 'B.Outputs.Arn' } } }],
  ['Fn::Sub, a string', { Properties: { P: { 'Fn::Sub': 'arn:${AWS::Partition}:x:${B}' } } }],
  ['Fn::Sub, an attribute', { Properties: { P: { 'Fn::Sub': '${B.Arn}/*' } } }],
  ['Fn::Sub, a list', { Properties: { P: { 'Fn::Sub': ['${X}${B}', { X: 'x' }] } } }],
  ['Fn::Sub, a variable of a list', { Properties: { P: { 'Fn::Sub': ['${X}', { X: { Ref: 'B' } }] } } }],
  ['Fn::Join in Fn::If in a list', { Properties: { P: [{ 'Fn::If': ['C', { 'Fn::Join': ['', ['x', { Ref: 'B' }]] }, 'y'] }] } }],
  ['Metadata', { Metadata: { M: { Ref: 'B' } } }],
])('finds a cycle by %s', (_, a) => {
  expect(findCycle(withBackEdge(a))).toEqual(['A', 'B', 'A']);
  expect(findCycle({ Resources: { ...withBackEdge(a).Resources, B: { Type: 'T' } } })).toBeUndefined();
});

test.each<[string, object]>([
  ['Fn::Sub, a variable with the name of a resource', { Properties: { P: { 'Fn::Sub': ['${B}', { B: 'x' }] } } }],
  ['Fn::Sub with a literal', { Properties: { P: { 'Fn::Sub': '${!B} ${!B.Arn}' } } }],
  ['a string that looks like Fn::Sub', { Properties: { P: '${B}' } }],
  ['a string that is equal to the ID', { Properties: { P: 'B', B: ['B'] } }],
  ['an ID with the same prefix', { Properties: { P: { 'Fn::Sub': '${BB}' }, Q: { Ref: 'BB' }, R: { 'Fn::GetAtt': 'BB.Arn' } } }],
  ['nothing', { Properties: { P: null } }],
])('does not find a cycle for %s', (_, a) => {
  expect(findCycle(withBackEdge(a))).toBeUndefined();
});

test('finds a resource that refers to itself', () => {
  expect(findCycle({ Resources: { A: { Properties: { P: { Ref: 'A' } } } } })).toEqual(['A', 'A']);
  expect(findCycle({ Resources: { A: { DependsOn: 'A' } } })).toEqual(['A', 'A']);
});

test('returns only the resources of a long cycle', () => {
  const template = {
    Resources: {
      Start: { DependsOn: 'A' },
      A: { DependsOn: ['Dead', 'B'] },
      B: { Properties: { P: { 'Fn::GetAtt': ['C', 'Arn'] } } },
      C: { Properties: { P: { 'Fn::Sub': '${A}' } } },
      Dead: {},
    },
  };

  expect(findCycle(template)).toEqual(['A', 'B', 'C', 'A']);
});

test('finds a cycle that no other resource refers to', () => {
  expect(findCycle({ Resources: { Alone: {}, A: { DependsOn: 'B' }, B: { DependsOn: 'A' } } })).toEqual(['A', 'B', 'A']);
});

test('does not find a cycle in a diamond', () => {
  expect(findCycle({
    Resources: { Top: { DependsOn: ['Left', 'Right'] }, Left: { DependsOn: 'Bottom' }, Right: { DependsOn: 'Bottom' }, Bottom: {} },
  })).toBeUndefined();
});

test('ignores parameters and pseudo parameters', () => {
  expect(findCycle({
    Parameters: { P: { Type: 'String', Default: { Ref: 'A' } } },
    Resources: { A: { Properties: { P: { Ref: 'P' }, Q: { Ref: 'AWS::Region' }, R: { 'Fn::Sub': '${P}${AWS::Region}' } } } },
    Outputs: { O: { Value: { Ref: 'A' } } },
  } as any)).toBeUndefined();
});

test.each([{}, { Resources: {} }])('finds no cycle in %j', template => {
  expect(findCycle(template)).toBeUndefined();
});
