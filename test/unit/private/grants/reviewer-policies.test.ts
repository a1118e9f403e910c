import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, MessageReviewHandler } from '../../../../src';
import { MAX_MANAGED_POLICIES, MAX_MANAGED_POLICY_CHARACTERS, MAX_ROLE_POLICY_CHARACTERS } from '../../../../src/private/limits';
import { newFunction } from '../../../support/custom-resources/template';
import { allow, warningsOf } from '../../../support/grants';
import { ROOM_VERBS } from '../../../support/simulate';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../../support/synth';

const LONGEST_ROOM_ARN = 'arn:aws:ivschat:ap-northeast-1:111122223333:room/AbCdEfGhIjKl';

function newReviewedRooms(stack: Stack, messageReviewHandler: MessageReviewHandler, count: number): ChatRoom[] {
  return Array.from({ length: count }, (_, index) => new ChatRoom(stack, `Room${index}`, { messageReviewHandler }));
}

function newReview(stack: Stack, fn = newFunction(stack)): { fn: lambda.Function; review: MessageReviewHandler } {
  return { fn, review: new MessageReviewHandler(stack, 'Review', { handler: fn }) };
}

/** Returns the length of a policy as IAM counts it. References are to rooms, except in `Fn::Join`. */
function charactersOf({ Properties: { PolicyDocument: document } }: any): number {
  return JSON.stringify(document).replace(/\{"Fn::GetAtt":\["\w+","Arn"\]\}/g, `"${LONGEST_ROOM_ARN}"`)
    .replace(/\{"Fn::Join":.*?\]\]\}/g, `"${LONGEST_ROOM_ARN}"`).length;
}

interface PoliciesOfRole {
  readonly inlineCharacters: number;
  readonly managedCharacters: number[];
  readonly statements: any[];
}

/** Returns the policies of the only role of an app. */
function policiesOf(templates: any[]): PoliciesOfRole {
  const policies = templates.flatMap(template => Object.values(resourcesOf(template, 'AWS::IAM::Policy')));
  const managed = templates.flatMap(template => Object.values(resourcesOf(template, 'AWS::IAM::ManagedPolicy')));
  for (const { Properties: { Roles } } of [...policies, ...managed]) expect(Roles).toHaveLength(1);
  return {
    inlineCharacters: policies.map(charactersOf).reduce((sum, characters) => sum + characters, 0),
    managedCharacters: managed.map(charactersOf),
    statements: [...policies, ...managed].flatMap(({ Properties: { PolicyDocument: { Statement } } }) => Statement),
  };
}

/** @param others number of managed policies that the role has from elsewhere: the function's own */
function expectWithinLimits({ inlineCharacters, managedCharacters }: PoliciesOfRole, others = 1): void {
  expect(inlineCharacters).toBeLessThanOrEqual(MAX_ROLE_POLICY_CHARACTERS);
  for (const characters of managedCharacters) expect(characters).toBeLessThanOrEqual(MAX_MANAGED_POLICY_CHARACTERS);
  expect(managedCharacters.length).toBeLessThanOrEqual(MAX_MANAGED_POLICIES - others);
}

/** Newer versions of the CDK warn about references between stacks. */
const warningsOfLibrary = (stacks: Stack[]) => stacks.flatMap(warningsOf).filter(([, message]) => message.includes('[ack: cdk-ivschat:'));

const resourcesIn = (statements: any[]) => statements.flatMap(({ Resource }) => Resource);

test.each([
  { rooms: 55, managed: 0 },
  { rooms: 140, managed: 0 },
  { rooms: 160, managed: 1 },
  { rooms: 450, managed: 4 },
])('permissions on $rooms rooms', ({ rooms: count, managed }) => {
  const stack = newStack();
  const { fn, review } = newReview(stack);
  for (const room of newReviewedRooms(stack, review, count)) room.grantModerate(fn);

  const policies = policiesOf([templateOf(stack).toJSON()]);
  expectWithinLimits(policies);
  expect(policies.managedCharacters).toHaveLength(managed);
  expect(policies.statements).toHaveLength(1 + managed);
  expect(new Set(resourcesIn(policies.statements).map(resource => JSON.stringify(resource))).size).toBe(count);
  expect(warningsOf(stack)).toEqual([]);
});

test.each([2, 3, 8])('permissions on 300 rooms in %s stacks', count => {
  const app = new App();
  const stacks = Array.from({ length: count }, (_, index) => new Stack(app, `Stack${index}`, { env: ENV }));
  const { fn, review } = newReview(stacks[0]);
  for (const stack of stacks) for (const room of newReviewedRooms(stack, review, Math.ceil(300 / count))) room.grantModerate(fn);

  const policies = policiesOf(Object.values(templatesOf(app)));
  expectWithinLimits(policies);
  expect(resourcesIn(policies.statements)).toHaveLength(Math.ceil(300 / count) * count);
  expect(warningsOfLibrary(stacks)).toEqual([]);
});

test('one more room in a stack leaves the policies of other stacks as they are', () => {
  const otherTemplateWith = (rooms: number) => {
    const app = new App();
    const [stack, other] = ['Stack', 'Other'].map(id => new Stack(app, id, { env: ENV }));
    const { fn, review } = newReview(stack);
    for (const room of [...newReviewedRooms(stack, review, rooms), ...newReviewedRooms(other, review, 100)]) room.grantModerate(fn);
    return templatesOf(app)['Other.template.json'];
  };

  expect(otherTemplateWith(101)).toEqual(otherTemplateWith(100));
});

test.each([
  ['each room', (index: number) => [`ivschat:Custom${index}`], 80],
  ['half of the rooms', (index: number) => [index % 2 === 0 ? 'ivschat:GetRoom' : 'ivschat:SendEvent'], 2],
])('with other actions for %s', (_, actionsOf, statements) => {
  const stack = newStack();
  const { fn, review } = newReview(stack);
  newReviewedRooms(stack, review, 80).forEach((room, index) => room.grants.actions(fn, ...actionsOf(index)));

  const policies = policiesOf([templateOf(stack).toJSON()]);
  expectWithinLimits(policies);
  expect(policies.statements).toHaveLength(statements);
});

describe('what the role has from elsewhere is counted', () => {
  const longStatement = (characters: number) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'b'.repeat(characters)}`] });
  const parts: [string, number, (stack: Stack, role: iam.Role) => void][] = [
    ['its default policy', 1, (_, role) => role.addToPrincipalPolicy(longStatement(8_000))],
    ['a policy that is attached to it', 1, (stack, role) => new iam.Policy(stack, 'Policy', { roles: [role], statements: [longStatement(8_000)] })],
    ['an L1 policy', 1, (stack, role) => new iam.CfnPolicy(stack, 'Policy', {
      policyName: 'policy', policyDocument: { Version: '2012-10-17', Statement: [longStatement(8_000).toJSON()] }, roles: [role.roleName],
    })],
    ['a policy in another stack', 1, (stack, role) => new iam.Policy(otherStackOf(stack), 'Policy', { roles: [role], statements: [longStatement(8_000)] })],
    ['a default policy that the CDK splits', 2, (_, role) => {
      for (let index = 0; index < 4; index++) role.addToPrincipalPolicy(longStatement(3_000 + index));
    }],
  ];

  test.each(parts)('%s', (_, managed, addTo) => {
    const stack = newStack();
    const { fn, review } = newReview(stack);
    addTo(stack, fn.role as iam.Role);
    for (const room of newReviewedRooms(stack, review, 60)) room.grantModerate(fn);

    const policies = policiesOf(Object.values(templatesOf(stack.node.root as App)));
    expectWithinLimits(policies);
    expect(policies.managedCharacters).toHaveLength(managed);
  });

  test('a policy for a role with the same logical ID in another stack does not count', () => {
    const stack = newStack();
    const { fn, review } = newReview(stack);
    const other = otherStackOf(stack);
    new iam.Policy(other, 'Policy', { roles: [newFunction(other).role!], statements: [longStatement(8_000)] });
    for (const room of newReviewedRooms(stack, review, 60)) room.grantModerate(fn);

    expect(policiesOf([templateOf(stack).toJSON()]).managedCharacters).toEqual([]);
  });

  test('inline policies of the role', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { large: new iam.PolicyDocument({ statements: [longStatement(8_000)] }) },
    });
    const { review } = newReview(stack);
    for (const room of newReviewedRooms(stack, review, 60)) room.grantModerate(role);
    new MessageReviewHandler(stack, 'OtherReview', { handler: newFunctionWith(stack, role) });

    const { inlineCharacters, managedCharacters } = policiesOf([templateOf(stack).toJSON()]);
    expect(inlineCharacters + 8_000).toBeLessThanOrEqual(MAX_ROLE_POLICY_CHARACTERS);
    expect(managedCharacters).toHaveLength(1);
  });

  test('managed policies of the role', () => {
    const stack = newStack();
    const { fn, review } = newReview(stack);
    for (let index = 0; index < 7; index++) fn.role!.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName(`Policy${index}`));
    for (const room of newReviewedRooms(stack, review, 450)) room.grantModerate(fn);

    const policies = policiesOf([templateOf(stack).toJSON()]);
    expectWithinLimits(policies, 8);
    expect(policies.managedCharacters).toHaveLength(2);
    expect(warningsOf(stack)).toEqual([['/Stack/MessageReviewerPolicies', expect.stringContaining('cdk-ivschat:anyRoomReviewerPolicy')]]);
  });

  function otherStackOf(stack: Stack): Stack {
    return new Stack(stack.node.root as App, 'Other');
  }

  function newFunctionWith(stack: Stack, role: iam.Role): lambda.Function {
    const fn = newFunction(stack, 'WithRole');
    (fn.node.defaultChild as lambda.CfnFunction).role = role.roleArn;
    return fn;
  }
});

test('permissions beyond the limits of the role are for all rooms, with a warning, and acknowledged for cdk-nag', () => {
  const app = new App();
  const stacks = ['One', 'Two'].map(id => new Stack(app, id, { env: ENV }));
  const { fn, review } = newReview(stacks[0]);
  for (let index = 0; index < 8; index++) fn.role!.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName(`Policy${index}`));
  for (const stack of stacks) for (const room of newReviewedRooms(stack, review, 140)) room.grantModerate(fn);

  const [one, two] = Object.values(templatesOf(app));
  const policies = policiesOf([one, two]);
  expectWithinLimits(policies, 9);
  const [own, anyRoom, ...more] = policiesOf([two]).statements;
  expect(own.Resource.length).toBeGreaterThan(60);
  expect(anyRoom).toEqual(allow([...ROOM_VERBS.moderate], {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:us-east-1:111122223333:room/*']],
  }));
  expect(more).toEqual([]);
  expect(resourcesIn(policiesOf([one]).statements)).toHaveLength(140);
  expect(warningsOfLibrary(stacks)).toEqual([['/Two/MessageReviewerPolicies',
    'The permissions of One/Moderator/ServiceRole on the rooms of Two do not fit into the policies that IAM allows for a role. The role therefore '
    + 'has permission for ivschat:DeleteMessage, ivschat:DisconnectUser on all rooms of the account and region. Grant the permissions with '
    + 'AllChatRoomsGrants instead, use one function for fewer rooms, or acknowledge this warning. [ack: cdk-ivschat:anyRoomReviewerPolicy]']]);
  const acknowledged = stacks[1].node.findAll().flatMap(({ node: { metadata } }) => metadata).filter(({ type }) => type === 'aws:cdk:acknowledged-rules');
  expect(acknowledged.map(({ data }) => data)).toEqual([{
    'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ivschat:us-east-1:111122223333:room/*]': 'The permissions on more rooms do not fit into the policies of one role.',
  }]);
});

test('the names do not depend on the grantee', () => {
  const idsOf = (grantee: (fn: lambda.Function) => iam.IGrantable) => {
    const stack = newStack();
    const { fn, review } = newReview(stack);
    for (const room of newReviewedRooms(stack, review, 200)) room.grantModerate(grantee(fn));
    const template = templateOf(stack).toJSON();
    return [...Object.keys(resourcesOf(template, 'AWS::IAM::Policy')), ...Object.keys(resourcesOf(template, 'AWS::IAM::ManagedPolicy'))];
  };

  expect(idsOf(({ role }) => role!)).toEqual(idsOf(fn => fn));
  expect(idsOf(({ role }) => new iam.PrincipalWithConditions(role!, {}))).toEqual(idsOf(fn => fn));
});

test('an imported role of another account gets no policy', () => {
  const stack = newStack(ENV);
  const { fn, review } = newReview(stack, newFunction(stack));
  const role = iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::444455556666:role/moderator');
  (fn.node.defaultChild as lambda.CfnFunction).role = role.roleArn;
  for (const room of newReviewedRooms(stack, review, 2)) room.grantModerate(role);
  new CfnResource(stack, 'Other', { type: 'Test::Resource' });

  templateOf(stack).resourceCountIs('AWS::IAM::Policy', 0);
});
