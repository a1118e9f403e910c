import { findCycle } from './find-cycle';

/** A template in which A has this, and B waits for A by `DependsOn`. */
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
  ['a text that looks like Fn::Sub', { Properties: { P: '${B}' } }],
  ['a text that is the id', { Properties: { P: 'B', B: ['B'] } }],
  ['an id that begins the same', { Properties: { P: { 'Fn::Sub': '${BB}' }, Q: { Ref: 'BB' }, R: { 'Fn::GetAtt': 'BB.Arn' } } }],
  ['nothing', { Properties: { P: null } }],
])('is not deceived by %s', (_, a) => {
  expect(findCycle(withBackEdge(a))).toBeUndefined();
});

test('finds a resource that refers to itself', () => {
  expect(findCycle({ Resources: { A: { Properties: { P: { Ref: 'A' } } } } })).toEqual(['A', 'A']);
  expect(findCycle({ Resources: { A: { DependsOn: 'A' } } })).toEqual(['A', 'A']);
});

test('finds a long cycle and leaves out the way to it', () => {
  const template = {
    Resources: {
      Way: { DependsOn: 'A' },
      A: { DependsOn: ['Dead', 'B'] },
      B: { Properties: { P: { 'Fn::GetAtt': ['C', 'Arn'] } } },
      C: { Properties: { P: { 'Fn::Sub': '${A}' } } },
      Dead: {},
    },
  };

  expect(findCycle(template)).toEqual(['A', 'B', 'C', 'A']);
});

test('finds a cycle of resources that nothing else leads to', () => {
  expect(findCycle({ Resources: { Alone: {}, A: { DependsOn: 'B' }, B: { DependsOn: 'A' } } })).toEqual(['A', 'B', 'A']);
});

test('takes a diamond for none', () => {
  expect(findCycle({
    Resources: { Top: { DependsOn: ['Left', 'Right'] }, Left: { DependsOn: 'Bottom' }, Right: { DependsOn: 'Bottom' }, Bottom: {} },
  })).toBeUndefined();
});

test('takes parameters and pseudo parameters for none', () => {
  expect(findCycle({
    Parameters: { P: { Type: 'String', Default: { Ref: 'A' } } },
    Resources: { A: { Properties: { P: { Ref: 'P' }, Q: { Ref: 'AWS::Region' }, R: { 'Fn::Sub': '${P}${AWS::Region}' } } } },
    Outputs: { O: { Value: { Ref: 'A' } } },
  } as any)).toBeUndefined();
});

test.each([{}, { Resources: {} }])('finds none in %j', template => {
  expect(findCycle(template)).toBeUndefined();
});
