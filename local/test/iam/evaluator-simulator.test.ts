import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import type { PolicyDocument } from '../../src/contracts/policy-document';
import { evaluate } from '../../src/iam/evaluator';

const PRINCIPAL = 'arn:aws:iam::123456789012:role/Role';
const RUNS = 1_500;

// Few and similar values, so that most cases are close to the boundary between allowed and denied.
const ROOMS = ['abcdefABCDEF', 'abcdefABCDEG', 'zzzzzzzzzzzz'].map(id => `arn:aws:ivschat:eu-west-1:123456789012:room/${id}`);
const ACTIONS = ['ivschat:GetRoom', 'ivschat:SendEvent', 'ivschat:CreateChatToken', 'ivschat:TagResource'];
const TEXTS = ['a', 'A', 'ab', 'b', 'a*', 'a?', '*', '', 'team-a'];
const ARNS = [
  'arn:aws:ivschat:eu-west-1:123456789012:room/abc', 'arn:aws:ivschat:eu-west-1:123456789012:room/abd', 'arn:aws:lambda:eu-west-1:123456789012:function:f:1',
];

const some = <T>(...values: T[]) => fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }));

const action = some(
  ...ACTIONS, 'ivschat:*', 'IVSCHAT:getroom', 'ivschat:?etRoom', 'ivschat:*Room', 'ivschat:C*', '*', 'lambda:*', 'ivschat:SendEven?',
);
const resource = some(
  ...ROOMS, '*', 'arn:aws:ivschat:eu-west-1:123456789012:room/*', 'arn:aws:ivschat:*:*:room/abcdef*', 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdefABCDE?',
  'arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/*', 'arn:aws:ivschat:eu-west-2:123456789012:*',
  'arn:aws:ivschat:*:123456789012:ROOM/*', 'arn:aws:ivschat:*', 'arn:aws:ivschat:eu-west-1:12*', 'arn:*:ivschat:eu-*:*:room/abcdefABCDEF', 'arn:aws:ivschat:eu-west-1:123456789012:room/${aws:ResourceTag/owner}',
  'arn:aws:ivschat:eu-west-1:123456789012:room/z${*}',
);

const tagKey = fc.constantFrom('aws:ResourceTag/team', 'aws:resourcetag/team', 'aws:RequestTag/team', 'aws:ResourceTag/owner');
const ifExists = fc.constantFrom('', 'IfExists');
const clause = fc.oneof(
  fc.tuple(fc.constantFrom('StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'), ifExists, tagKey,
    some(...TEXTS)).map(([operator, suffix, key, wanted]) => ({ [operator + suffix]: { [key]: wanted } })),
  // Without IfExists, because the evaluator reports ForAnyValue with IfExists as unsupported.
  fc.tuple(fc.constantFrom('ForAllValues:', 'ForAnyValue:'), fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'), some(...TEXTS))
    .map(([set, operator, wanted]) => ({ [set + operator]: { 'aws:TagKeys': wanted } })),
  fc.tuple(fc.constantFrom('ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'), ifExists, some(...ARNS, 'arn:aws:ivschat:*:*:room/ab?', 'arn:aws:*:*:*:*', 'arn:*:*:*:*:function*1'))
    .map(([operator, suffix, wanted]) => ({ [operator + suffix]: { 'aws:SourceArn': wanted } })),
  fc.tuple(fc.constantFrom('NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'), ifExists,
    some('1', '2', '10')).map(([operator, suffix, wanted]) => ({ [operator + suffix]: { 'aws:MultiFactorAuthAge': wanted } })),
  fc.tuple(fc.constantFrom('Bool', 'BoolIfExists'), fc.constantFrom('true', 'false', true, false))
    .map(([operator, wanted]) => ({ [operator]: { 'aws:MultiFactorAuthPresent': wanted } })),
  fc.tuple(fc.constantFrom('aws:ResourceTag/team', 'aws:TagKeys', 'aws:SourceArn'), fc.constantFrom('true', 'false'))
    .map(([key, wanted]) => ({ Null: { [key]: wanted } })),
);
const condition = fc.array(clause, { minLength: 1, maxLength: 2 }).map(clauses => Object.assign({}, ...clauses));

const statement = fc.tuple(
  fc.constantFrom('Allow', 'Allow', 'Deny'),
  fc.tuple(fc.constantFrom('Action', 'Action', 'Action', 'NotAction'), action),
  fc.tuple(fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'), resource),
  fc.option(condition, { nil: undefined }),
).map(([effect, actions, resources, when]) => ({
  Effect: effect, [actions[0]]: actions[1], [resources[0]]: resources[1], ...when && { Condition: when },
}));
const policy = fc.array(statement, { minLength: 1, maxLength: 4 }).map(statements => ({ Version: '2012-10-17', Statement: statements }));

const request = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...ROOMS),
  context: fc.record({
    // Always present, because the evaluator reports a variable without a value as unsupported.
    'aws:ResourceTag/owner': fc.constantFrom('abcdefABCDEF', 'abcdef*', '*'),
    'aws:ResourceTag/team': fc.constantFrom(...TEXTS.filter(text => text !== '')),
    'aws:RequestTag/team': fc.constantFrom('a', 'b', 'AB'),
    'aws:TagKeys': fc.uniqueArray(fc.constantFrom('a', 'b', 'team-a'), { minLength: 1 }),
    'aws:SourceArn': fc.constantFrom(...ARNS),
    'aws:MultiFactorAuthAge': fc.constantFrom('1', '2', '3'),
    'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
  }, { requiredKeys: ['aws:ResourceTag/owner'] }),
});

test(`${RUNS} random policies and requests evaluate as in an IAM simulator`, async () => {
  const seen: Record<string, number> = {};
  await fc.assert(fc.asyncProperty(fc.array(policy, { minLength: 1, maxLength: 2 }), request, async (policies, asked) => {
    const context = asked.context as Record<string, string | string[]>;
    const documents = new Map(policies.map((document, index) => [`policy${index}`, document as PolicyDocument]));
    const { allowed, explicitDeny, unsupported } = evaluate(documents, { ...asked, context });
    const result = explicitDeny ? 'ExplicitlyDenied' : allowed ? 'Allowed' : 'ImplicitlyDenied';

    const simulated = await runSimulation({
      request: { principal: PRINCIPAL, action: asked.action, resource: { resource: asked.resource, accountId: '123456789012' }, contextVariables: context },
      identityPolicies: policies.map((document, index) => ({ name: `policy${index}`, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    }, {});
    if (simulated.resultType === 'error') throw new Error(JSON.stringify(simulated.errors));
    expect({ result, unsupported }).toEqual({ result: simulated.overallResult, unsupported: [] });
    seen[result] = (seen[result] ?? 0) + 1;
  }), { numRuns: RUNS, seed: 20_261_121 });

  // Guards against a generator that produces only one outcome.
  for (const result of ['Allowed', 'ExplicitlyDenied', 'ImplicitlyDenied']) expect(seen[result]).toBeGreaterThan(RUNS / 10);
});
