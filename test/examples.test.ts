import { App, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { EXAMPLES } from './support/examples';
import { resourcesOf, templateOf } from './support/synth';

/** The stacks of an example, whose functions are not bundled: `npm run demo` does that, and runs them. */
function build(name: string): Stack[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } });
  return EXAMPLES.find(example => example.name === name)!.build(app);
}

/** The template of an example of one stack, without a circular dependency. */
function exampleOf(name: string): Template {
  return templateOf(build(name)[0]);
}

/** Without what differs from one checkout to the next: the hashes of code, which here are those of the whole repository. */
function normalized(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replace(/\b[0-9a-f]{64}\b/g, '[hash]'));
}

/** The statements of all policies of a role, by its logical id. */
function statementsOf(template: any, roleId: string): any[] {
  return Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((role: any) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

function actionsOf(template: any, roleId: string): string[] {
  return statementsOf(template, roleId).flatMap(({ Action }) => Action).sort();
}

/** The logical id of the one resource of a type whose id begins so. */
function idOf(template: any, type: string, prefix: string): string {
  const ids = Object.keys(resourcesOf(template, type)).filter(id => id.startsWith(prefix));
  expect(ids).toHaveLength(1);
  return ids[0];
}

test.each(EXAMPLES)('the template of $name is as it was', ({ name }) => {
  for (const stack of build(name)) expect(normalized(templateOf(stack))).toMatchSnapshot();
});

describe('live-chat', () => {
  const template = exampleOf('live-chat');
  const json = template.toJSON();
  const lobby = idOf(json, 'AWS::IVSChat::Room', 'Lobby');

  test('the room is reviewed, refuses what cannot be reviewed, and waits for the permission', () => {
    const permission = idOf(json, 'AWS::Lambda::Permission', 'Review');
    template.hasResource('AWS::IVSChat::Room', {
      Properties: {
        MessageReviewHandler: { Uri: { 'Fn::GetAtt': [idOf(json, 'AWS::Lambda::Function', 'ReviewFunction'), 'Arn'] }, FallbackResult: 'DENY' },
        LoggingConfigurationIdentifiers: [{ 'Fn::GetAtt': [idOf(json, 'AWS::IVSChat::LoggingConfiguration', 'ChatLog'), 'Arn'] }],
      },
      DependsOn: [permission],
    });
  });

  test('the one URL takes signed requests only, and no permission opens it', () => {
    template.resourceCountIs('AWS::Lambda::Url', 1);
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', Cors: Match.absent() });
    template.allResourcesProperties('AWS::Lambda::Permission', { Principal: 'ivschat.amazonaws.com' });
  });

  test('viewers may invoke the URL and nothing else', () => {
    expect(actionsOf(json, idOf(json, 'AWS::IAM::Role', 'Viewers'))).toEqual(['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
  });

  test('staff may invoke the URL and moderate the room', () => {
    const staff = idOf(json, 'AWS::IAM::Role', 'Staff');

    expect(actionsOf(json, staff)).toEqual(
      ['ivschat:DeleteMessage', 'ivschat:DisconnectUser', 'lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { STAFF_ROLE_ID: { 'Fn::GetAtt': [staff, 'RoleId'] } } } });
  });

  test('nobody may do anything with another room, and only the token function makes tokens', () => {
    const roles = Object.keys(resourcesOf(json, 'AWS::IAM::Role'));
    const onChat = roles.flatMap(role => statementsOf(json, role).map(({ Action, Resource }) => ({ role, actions: [Action].flat(), Resource })))
      .filter(({ actions }) => actions.some((action: string) => action.startsWith('ivschat:')));

    expect(onChat).toHaveLength(3);
    for (const { Resource } of onChat) expect(Resource).toEqual({ 'Fn::GetAtt': [lobby, 'Arn'] });
    expect(onChat.filter(({ actions }) => actions.includes('ivschat:CreateChatToken')).map(({ role }) => role))
      .toEqual([idOf(json, 'AWS::IAM::Role', 'TokenFunctionRole')]);
  });

  test('every function writes to a log group of its own that is not kept for ever', () => {
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

  test('all that live rooms need is kept, when the stack goes and when a part is replaced, and nothing else', () => {
    const kept = Object.entries<any>(json.Resources)
      .filter(([, { DeletionPolicy, UpdateReplacePolicy }]) => DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain')
      .map(([id]) => id);

    expect(kept).toEqual(Object.keys(json.Resources).filter(id => id.startsWith('Chat')));
    expect(kept.map(id => json.Resources[id].Type).sort()).toEqual([
      'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IVSChat::LoggingConfiguration', 'AWS::Lambda::Function', 'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup', 'AWS::Logs::LogGroup',
    ]);
  });

  test('nothing that is kept has a name that would be in the way of the next deployment, or refers to what is not kept', () => {
    for (const [id, resource] of Object.entries<any>(json.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')) {
      const { LogGroupName, FunctionName, RoleName } = resource.Properties;
      const functionName = resource.Type === 'AWS::Lambda::Permission' ? undefined : FunctionName;
      expect({ id, functionName, LogGroupName, RoleName }).toEqual({ id });
      const references = JSON.stringify(resource).match(/(?<="(?:Ref|Fn::GetAtt)":\[?")[^"]+/g) ?? [];
      for (const reference of references) expect(reference).toMatch(/^(Chat|AWS::)/);
    }
  });

  test('rooms are created with the shared handler and log, after the service may invoke the handler', () => {
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

  test('the function may create and tag rooms and nothing else', () => {
    expect(actionsOf(json, idOf(json, 'AWS::IAM::Role', 'CreateRoomRole'))).toEqual(
      ['ivschat:CreateRoom', 'ivschat:TagResource', 'logs:CreateLogStream', 'logs:PutLogEvents']);
  });
});
