import { DeploymentHarness, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));
const statement = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const allowed = (role: string) => ['ivschat:GetRoom', 'ivschat:UpdateRoom', 'ivschat:DeleteRoom', 'ivschat:SendEvent', 'lambda:InvokeFunction']
  .filter(action => harness.iam.authorize(role, { action, resource: '*', context: {} }).allowed);

test('a role has the permissions of its inline, attached and managed policies until they are removed', async () => {
  const role = (Policies: object[], ManagedPolicyArns: unknown[] = []) => ({ ...ROLE, Properties: { ...ROLE.Properties, Path: '/chat/', Policies, ManagedPolicyArns } });
  const policy = (action: string) => ({ Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'same', PolicyDocument: statement(action), Roles: [{ Ref: 'Role' }] } });
  const managed = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: statement('ivschat:DeleteRoom'), Roles: [{ Ref: 'Role' }] } };
  const listed = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: statement('ivschat:SendEvent') } };
  const inline = { PolicyName: 'same', PolicyDocument: statement('ivschat:GetRoom') };

  const { outputs } = await deployed({
    Listed: listed,
    Role: role([inline], [{ Ref: 'Listed' }, 'arn:aws:iam::aws:policy/service-role/AWSLambdaRole']),
    Policy: policy('ivschat:UpdateRoom'),
    Managed: managed,
  }, outputsOf({ arn: { 'Fn::GetAtt': ['Role', 'Arn'] }, id: { 'Fn::GetAtt': ['Role', 'RoleId'] }, name: { Ref: 'Role' } }));
  expect(outputs).toEqual({
    arn: `arn:aws:iam::111122223333:role/chat/${outputs.name}`,
    id: expect.stringMatching(/^AROA[0-9A-Z]{17}$/),
    name: expect.stringMatching(/^Chat-Role-[0-9A-Z]{12}$/),
  });
  expect(allowed(outputs.arn)).toEqual(['ivschat:GetRoom', 'ivschat:UpdateRoom', 'ivschat:DeleteRoom', 'ivschat:SendEvent', 'lambda:InvokeFunction']);

  await deployed({ Role: role([]), Policy: policy('ivschat:SendEvent'), Managed: managed });
  expect(allowed(outputs.arn)).toEqual(['ivschat:DeleteRoom', 'ivschat:SendEvent']);
  await deployed({ Role: role([inline]) });
  expect(allowed(outputs.arn)).toEqual(['ivschat:GetRoom']);
  await harness.deployment.destroy('Chat');
  expect(allowed(outputs.arn)).toEqual([]);
  expect(harness.notices).toEqual([]);
});

test('a RolePolicy adds to its role until it is removed or moved to another role', async () => {
  const rolePolicy = (action: string, RoleName: unknown) => ({
    Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'chat', RoleName, PolicyDocument: statement(action) },
  });
  const roles = { One: ROLE, Two: ROLE };
  const outputs = outputsOf({ one: { 'Fn::GetAtt': 'One.Arn' }, two: { 'Fn::GetAtt': 'Two.Arn' } });
  const { outputs: { one, two } } = await deployed({ ...roles, Policy: rolePolicy('ivschat:GetRoom', { Ref: 'One' }) }, outputs);
  expect([allowed(one), allowed(two)]).toEqual([['ivschat:GetRoom'], []]);

  await deployed({ ...roles, Policy: rolePolicy('ivschat:UpdateRoom', { Ref: 'One' }) }, outputs);
  expect([allowed(one), allowed(two)]).toEqual([['ivschat:UpdateRoom'], []]);
  await deployed({ ...roles, Policy: rolePolicy('ivschat:UpdateRoom', { Ref: 'Two' }) }, outputs);
  expect([allowed(one), allowed(two)]).toEqual([[], ['ivschat:UpdateRoom']]);
  await deployed(roles, outputs);
  expect([allowed(one), allowed(two)]).toEqual([[], []]);
  expect(harness.notices).toEqual([]);
});

test('users and groups of a policy are reported', async () => {
  await deployed({
    Role: ROLE,
    Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement('a:b'), Roles: [{ Ref: 'Role' }], Users: ['ada'], Groups: ['all'] } },
  });
  expect(harness.notices).toEqual([{ logicalId: 'Policy', notice: 'ignored', properties: ['Groups', 'Users'] }]);
});

test.each<[string, unknown]>([
  ['missing', undefined],
  ['a string', 'Allow'],
  ['without statements', { Version: '2012-10-17' }],
  ['without a statement', { Statement: [] }],
  ['with null for a statement', { Statement: [null] }],
  ['with another effect', { Statement: { Effect: 'allow', Action: '*', Resource: '*' } }],
])('fails for a policy document that is %s', async (_what, PolicyDocument) => {
  const message = 'PolicyDocument must have statements, each with Effect Allow or Deny.';
  const kinds = {
    Role: { ...ROLE, Properties: { ...ROLE.Properties, Policies: [{ PolicyName: 'p', PolicyDocument }] } },
    Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument } },
    RolePolicy: { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'p', RoleName: 'r', PolicyDocument } },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } },
  };
  for (const [id, resource] of Object.entries(kinds)) {
    await expect(deployed({ [id]: resource })).rejects.toThrow(`${id} (${resource.Type}): ${message}`);
  }
});

test('fails for inline policies over 10,240 characters, and works after they are removed', async () => {
  const policy = (action: string) => ({
    Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement(action), Roles: [{ Ref: 'Role' }] },
  });
  const small = policy('ivschat:GetRoom');
  const outputs = outputsOf({ arn: { 'Fn::GetAtt': 'Role.Arn' } });
  await deployed({ Role: ROLE, Small: small }, outputs);

  await expect(deployed({ Role: ROLE, Small: small, Large: policy(`a:${'b'.repeat(10_100)}`) }, outputs))
    .rejects.toThrow('Maximum policy size of 10240 bytes exceeded for role ');
  const { outputs: { arn } } = await deployed({ Role: ROLE, Small: small, Other: policy(`ivschat:${' '.repeat(10_240)}UpdateRoom`) }, outputs);
  expect(allowed(arn)).toContain('ivschat:GetRoom');
});

test('unknown policies, roles and permissions boundaries are reported', async () => {
  await deployed({
    Role: { ...ROLE, Properties: { ...ROLE.Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/Unheard'], PermissionsBoundary: 'arn:aws:iam::aws:policy/Unheard' } },
    Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement('a:b'), Roles: ['elsewhere'] } },
  });
  expect(harness.notices).toEqual([
    { logicalId: 'Policy', notice: 'unknown-role', role: 'elsewhere' },
    { logicalId: 'Role', notice: 'unknown-managed-policy', policyArn: 'arn:aws:iam::aws:policy/Unheard' },
    { logicalId: 'Role', notice: 'ignored', properties: ['PermissionsBoundary'] },
  ]);
});
