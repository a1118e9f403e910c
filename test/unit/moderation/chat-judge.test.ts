import { CfnParameter, type Stack } from 'aws-cdk-lib';
import * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ChatJudge } from '../../../src';
import { errorOf, warningsOf } from '../../support/grants';
import { newStack } from '../../support/synth';

const ARN = 'arn:aws:bedrock:eu-central-1:111122223333:guardrail/abc123';
/** As an import would be, which the CDK does not have for guardrails. */
const guardrailOf = (stack: Stack, guardrailArn = ARN) => (
  { node: stack.node, env: stack, guardrailRef: { guardrailArn } } as unknown as bedrock.IGuardrailRef
);
const functionIn = (stack: Stack) => lambda.Function.fromFunctionArn(stack, 'Judge', 'arn:aws:lambda:eu-west-1:111122223333:function:Judge:live');

test('Amazon Comprehend has defaults and options', () => {
  const stack = newStack();
  expect(ChatJudge.comprehendToxicity()._bind(stack).settings).toEqual({ kind: 'comprehend', threshold: 0.8, callsPerSecond: 20 });
  expect(ChatJudge.comprehendToxicity({ threshold: 0, callsPerSecond: 5, region: 'us-east-1' })._bind(stack).settings)
    .toEqual({ kind: 'comprehend', threshold: 0, callsPerSecond: 5, region: 'us-east-1' });
});

test('a guardrail of the app has a version that is known at deployment', () => {
  const stack = newStack();
  const guardrail = new bedrock.CfnGuardrail(stack, 'Guardrail', { name: 'chat', blockedInputMessaging: 'No.', blockedOutputsMessaging: 'No.' });
  const { attrVersion } = new bedrock.CfnGuardrailVersion(stack, 'Version', { guardrailIdentifier: guardrail.attrGuardrailId });
  const { settings, statement } = ChatJudge.guardrail(guardrail, { version: attrVersion })._bind(stack);
  expect(stack.resolve(settings)).toMatchObject({ kind: 'guardrail', guardrailArn: { Ref: 'Guardrail' }, callsPerSecond: 20 });
  expect(stack.resolve(statement.toJSON())).toEqual({ Action: 'bedrock:ApplyGuardrail', Effect: 'Allow', Resource: { Ref: 'Guardrail' } });
});

test('a function can be an alias, in any region', () => {
  const stack = newStack({ region: 'us-east-1' });
  const { settings, statement } = ChatJudge.function(functionIn(stack), { batchSize: 100, callsPerSecond: 1 })._bind(stack);
  expect(settings).toEqual({ kind: 'function', functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:Judge:live', batchSize: 100, callsPerSecond: 1 });
  expect(statement.resources).toEqual(['arn:aws:lambda:eu-west-1:111122223333:function:Judge:live']);
  expect(warningsOf(stack)).toEqual([]);
});

describe('fails', () => {
  const stack = newStack();
  test.each<[string, () => unknown, string, string]>([
    ['a threshold above 1', () => ChatJudge.comprehendToxicity({ threshold: 1.1 }), 'ThresholdOutOfRange', 'threshold must be a number from 0 to 1, got 1.1'],
    ['a threshold below 0', () => ChatJudge.comprehendToxicity({ threshold: -0.1 }), 'ThresholdOutOfRange', 'got -0.1'],
    ['a threshold that is no number', () => ChatJudge.comprehendToxicity({ threshold: NaN }), 'ThresholdOutOfRange', 'got NaN'],
    ['no calls', () => ChatJudge.comprehendToxicity({ callsPerSecond: 0 }), 'NumberOutOfRange', 'callsPerSecond must be a whole number from 1 to 1000, got 0'],
    ['an empty region', () => ChatJudge.comprehendToxicity({ region: '' }), 'StringIsEmpty', 'region must have at least one character'],
    ['a draft', () => ChatJudge.guardrail(guardrailOf(stack), { version: 'DRAFT' }), 'GuardrailVersionExpected', 'version must be the number of a version of the guardrail, not DRAFT, got "DRAFT": create a bedrock.CfnGuardrailVersion'],
    ['no version', () => ChatJudge.guardrail(guardrailOf(newStack()), {} as any), 'GuardrailVersionExpected', 'got undefined'],
    ['version 0', () => ChatJudge.guardrail(guardrailOf(newStack()), { version: '0' }), 'GuardrailVersionExpected', 'got "0"'],
    ['a guardrail that is none', () => ChatJudge.guardrail('abc' as any, { version: '1' }), 'TypeExpected', 'guardrail must be a guardrail of Amazon Bedrock'],
    ['a guardrail in another region', () => ChatJudge.guardrail(guardrailOf(newStack()), { version: '1', region: 'us-east-1' }), 'GuardrailInOtherRegion', 'region must be that of the guardrail, got "us-east-1" instead of "eu-central-1"'],
    ['a function that is none', () => ChatJudge.function('abc' as any), 'TypeExpected', 'handler must be a Lambda function, an alias or a version'],
    ['a batch that is too large', () => ChatJudge.function(functionIn(stack), { batchSize: 101 }), 'NumberOutOfRange', 'batchSize must be a whole number from 1 to 100, got 101'],
  ])('for %s', (_, create, code, message) => {
    const error = errorOf(create);
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });
});

describe('warns', () => {
  const warningsFor = (region: string | undefined, judge: (stack: Stack) => ChatJudge) => {
    const stack = newStack({ region });
    judge(stack)._bind(stack);
    return warningsOf(stack).map(([, message]) => message);
  };

  test('about a region where the judge is not documented', () => {
    expect(warningsFor('eu-west-3', () => ChatJudge.comprehendToxicity())).toEqual([
      expect.stringContaining('Toxicity detection of Amazon Comprehend is not documented for eu-west-3 (https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html, November 2026)'),
    ]);
    expect(warningsFor('eu-west-3', () => ChatJudge.comprehendToxicity({ region: 'eu-west-1' }))).toEqual([]);
    expect(warningsFor('us-east-1', () => ChatJudge.comprehendToxicity({ region: 'eu-west-3' }))).toHaveLength(1);
    expect(warningsFor(undefined, () => ChatJudge.comprehendToxicity())).toEqual([]);
    expect(warningsFor('us-east-1', stack => ChatJudge.guardrail(guardrailOf(stack, ARN.replace('eu-central-1', 'af-south-1')), { version: '1' }))).toHaveLength(1);
    expect(warningsFor('us-east-1', stack => {
      const guardrailArn = new CfnParameter(stack, 'Arn').valueAsString;
      return ChatJudge.guardrail(guardrailOf(stack, guardrailArn), { version: '1', region: 'af-south-1' });
    })).toHaveLength(1);
  });

  test('about more calls than the default quota', () => {
    expect(warningsFor('eu-west-1', () => ChatJudge.comprehendToxicity({ callsPerSecond: 26 }))).toEqual([
      expect.stringContaining('callsPerSecond is 26, but the default quota of Toxicity detection of Amazon Comprehend in eu-west-1 is 25 calls per second'),
    ]);
    expect(warningsFor('eu-west-1', () => ChatJudge.comprehendToxicity({ callsPerSecond: 25 }))).toEqual([]);
    const guardrailIn = (region: string) => (stack: Stack) => ChatJudge.guardrail(guardrailOf(stack, ARN.replace('eu-central-1', region)), { version: '1', callsPerSecond: 50 });
    expect(warningsFor('us-east-1', guardrailIn('us-east-1'))).toEqual([]);
    expect(warningsFor('us-east-1', guardrailIn('eu-central-1'))).toHaveLength(1);
  });
});
