import { App, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { EXAMPLES } from './support/examples';
import { resourcesOf, templateOf } from './support/synth';

/** Returns the stacks of an example. Its functions are not bundled here, but by `npm run demo`. */
function build(name: string): Stack[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } });
  return EXAMPLES.find(example => example.name === name)!.build(app);
}

/** Returns the template of an example with one stack. */
function exampleOf(name: string): Template {
  return templateOf(build(name)[0]);
}

/** Replaces the hashes of code, which differ between checkouts because the code is not bundled. */
function normalized(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replace(/\b[0-9a-f]{64}\b/g, '[hash]'));
}

/** Returns the statements of all policies of a role, given by its logical ID. */
function statementsOf(template: any, roleId: string): any[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((role: any) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

function actionsOf(template: any, roleId: string): string[] {
  return statementsOf(template, roleId).flatMap(({ Action }) => Action).sort();
}

/** Returns the logical ID of the only resource of a type with this prefix. */
function idOf(template: any, type: string, prefix: string): string {
  const ids = Object.keys(resourcesOf(template, type)).filter(id => id.startsWith(prefix));
  expect(ids).toHaveLength(1);
  return ids[0];
}

test.each(EXAMPLES)('the template of $name matches the snapshot', ({ name }) => {
  for (const stack of build(name)) expect(normalized(templateOf(stack))).toMatchSnapshot();
});

describe('live-chat', () => {
  const template = exampleOf('live-chat');
  const json = template.toJSON();
  const lobby = idOf(json, 'AWS::IVSChat::Room', 'Lobby');

  test('the room has a handler with fallback result DENY, and depends on its permission', () => {
    const permission = idOf(json, 'AWS::Lambda::Permission', 'Review');
    template.hasResource('AWS::IVSChat::Room', {
      Properties: {
        MessageReviewHandler: { Uri: { 'Fn::GetAtt': [idOf(json, 'AWS::Lambda::Function', 'ReviewFunction'), 'Arn'] }, FallbackResult: 'DENY' },
        LoggingConfigurationIdentifiers: [{ 'Fn::GetAtt': [idOf(json, 'AWS::IVSChat::LoggingConfiguration', 'ChatLog'), 'Arn'] }],
      },
      DependsOn: [permission],
    });
  });

  test('the only function URL requires signed requests', () => {
    template.resourceCountIs('AWS::Lambda::Url', 1);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', Cors: Match.absent() });
    template.allResourcesProperties('AWS::Lambda::Permission', { Principal: 'ivschat.amazonaws.com' });
  });

  test('viewers can only invoke the URL', () => {
    expect(actionsOf(json, idOf(json, 'AWS::IAM::Role', 'Viewers'))).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
  });

  test('staff can invoke the URL and moderate the room', () => {
    const staff = idOf(json, 'AWS::IAM::Role', 'Staff');

    expect(actionsOf(json, staff)).toEqual(
      ['ivschat:DeleteMessage', 'ivschat:DisconnectUser', 'lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { STAFF_ROLE_ID: { 'Fn::GetAtt': [staff, 'RoleId'] } } } });
  });

  test('permissions are for this room only, and only the token function can create tokens', () => {
    const roles = Object.keys(resourcesOf(json, 'AWS::IAM::Role'));
    const onChat = roles.flatMap(role => statementsOf(json, role).map(({ Action, Resource }) => ({ role, actions: [Action].flat(), Resource })))
      .filter(({ actions }) => actions.some((action: string) => action.startsWith('ivschat:')));

    expect(onChat).toHaveLength(3);
    for (const { Resource } of onChat) expect(Resource).toEqual({ 'Fn::GetAtt': [lobby, 'Arn'] });
    expect(onChat.filter(({ actions }) => actions.includes('ivschat:CreateChatToken')).map(({ role }) => role))
      .toEqual([idOf(json, 'AWS::IAM::Role', 'TokenFunctionRole')]);
  });

  test('each function has a log group with a retention period', () => {
    for (const fn of Object.values(resourcesOf(json, 'AWS::Lambda::Function'))) {
      const logGroup = fn.Properties.LoggingConfig.LogGroup.Ref;
      expect(json.Resources[logGroup].Properties.RetentionInDays).toBe(7);
      expect(statementsOf(json, fn.Properties.Role['Fn::GetAtt'][0])).toContainEqual(expect.objectContaining({
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
      }));
    }
    expect(JSON.stringify(json)).not.toContain('AWSLambdaBasicExecutionRole');
  });
});

describe('runtime-rooms', () => {
  const template = exampleOf('runtime-rooms');
  const json = template.toJSON();

  test('retains only the resources that existing rooms need', () => {
    const retained = Object.entries<any>(json.Resources)
      .filter(([, { DeletionPolicy, UpdateReplacePolicy }]) => DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain')
      .map(([id]) => id);

    expect(retained).toEqual(Object.keys(json.Resources).filter(id => id.startsWith('Chat')));
    expect(retained.map(id => json.Resources[id].Type).sort()).toEqual([
      'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IVSChat::LoggingConfiguration', 'AWS::Lambda::Function', 'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup', 'AWS::Logs::LogGroup',
    ]);
  });

  test('retained resources have no fixed names and refer to retained resources only', () => {
    for (const [id, resource] of Object.entries<any>(json.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')) {
      const { LogGroupName, FunctionName, RoleName } = resource.Properties;
      const functionName = resource.Type === 'AWS::Lambda::Permission' ? undefined : FunctionName;
      expect({ id, functionName, LogGroupName, RoleName }).toEqual({ id });
      const references = JSON.stringify(resource).match(/(?<="(?:Ref|Fn::GetAtt)":\[?")[^"]+/g) ?? [];
      for (const reference of references) expect(reference).toMatch(/^(Chat|AWS::)/);
    }
  });

  test('rooms have the shared handler and log, and depend on the permission of the handler', () => {
    template.hasResource('AWS::Lambda::Function', {
      Properties: {
        Environment: {
          Variables: {
            HANDLER_URI: { 'Fn::GetAtt': [idOf(json, 'AWS::Lambda::Function', 'ChatReviewFunction'), 'Arn'] },
            FALLBACK_RESULT: 'DENY',
            LOGGING_CONFIGURATION_ARN: { 'Fn::GetAtt': [idOf(json, 'AWS::IVSChat::LoggingConfiguration', 'ChatLog'), 'Arn'] },
          },
        },
      },
      DependsOn: Match.arrayWith([idOf(json, 'AWS::Lambda::Permission', 'ChatReview')]),
    });
  });

  test('the function can only create and tag rooms', () => {
    expect(actionsOf(json, idOf(json, 'AWS::IAM::Role', 'CreateRoomRole'))).toEqual(
      ['ivschat:CreateRoom', 'ivschat:TagResource', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  });
});
