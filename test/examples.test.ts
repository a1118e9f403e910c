import { App, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { EXAMPLES } from './support/examples';
import { resourcesOf, templateOf } from './support/synth';

/** The stacks of an example without bundling the functions, which `npm run demo` bundles and runs. */
function stacksOf(name: string): Stack[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true } });
  return EXAMPLES.find(example => example.name === name)!.build(app);
}

/** The template of an example with one stack, which must not have a circular dependency. */
function templateOfExample(name: string): Template {
  return templateOf(stacksOf(name)[0]);
}

/** Replaces the hashes of code: without bundling, they depend on the whole repository. */
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

/** The logical id of the only resource of a type whose id starts with the prefix. */
function idOf(template: any, type: string, prefix: string): string {
  const ids = Object.keys(resourcesOf(template, type)).filter(id => id.startsWith(prefix));
  expect(ids).toHaveLength(1);
  return ids[0];
}

test.each(EXAMPLES)('the template of $name matches its snapshot', ({ name }) => {
  for (const stack of stacksOf(name)) expect(normalized(templateOf(stack))).toMatchSnapshot();
});

describe('live-chat', () => {
  const template = templateOfExample('live-chat');
  const json = template.toJSON();
  const lobby = idOf(json, 'AWS::IVSChat::Room', 'Lobby');

  test('the room has a review handler that denies by default, and depends on the permission', () => {
    const permission = idOf(json, 'AWS::Lambda::Permission', 'Review');
    template.hasResource('AWS::IVSChat::Room', {
      Properties: {
        MessageReviewHandler: { Uri: { 'Fn::GetAtt': [idOf(json, 'AWS::Lambda::Function', 'ReviewFunction'), 'Arn'] }, FallbackResult: 'DENY' },
        LoggingConfigurationIdentifiers: [{ 'Fn::GetAtt': [idOf(json, 'AWS::IVSChat::LoggingConfiguration', 'ChatLog'), 'Arn'] }],
      },
      DependsOn: [permission],
    });
  });

  test('the only URL requires signed requests, and no permission makes it public', () => {
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

  test('no role has permissions on other rooms, and only the token function can create chat tokens', () => {
    const roles = Object.keys(resourcesOf(json, 'AWS::IAM::Role'));
    const chatStatements = roles
      .flatMap(role => statementsOf(json, role).map(({ Action, Resource }) => ({ role, actions: [Action].flat(), Resource })))
      .filter(({ actions }) => actions.some((action: string) => action.startsWith('ivschat:')));

    expect(chatStatements).toHaveLength(3);
    for (const { Resource } of chatStatements) expect(Resource).toEqual({ 'Fn::GetAtt': [lobby, 'Arn'] });
    expect(chatStatements.filter(({ actions }) => actions.includes('ivschat:CreateChatToken')).map(({ role }) => role))
      .toEqual([idOf(json, 'AWS::IAM::Role', 'TokenFunctionRole')]);
  });

  test('each function has its own log group with a retention period', () => {
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

describe('own-review', () => {
  const template = templateOfExample('own-review');
  const json = template.toJSON();

  test('each room has the handler in its language, and denies messages that are not reviewed', () => {
    for (const [language, runtime] of [['TypeScript', 'nodejs24.x'], ['Python', 'python3.14']]) {
      const fn = idOf(json, 'AWS::Lambda::Function', language);
      expect(json.Resources[fn].Properties.Runtime).toBe(runtime);
      expect(json.Resources[idOf(json, 'AWS::IVSChat::Room', language)].Properties).toMatchObject({
        MaximumMessageLength: 300, MessageReviewHandler: { Uri: { 'Fn::GetAtt': [fn, 'Arn'] }, FallbackResult: 'DENY' },
      });
    }
  });

  test('the functions can only write to their own logs', () => {
    for (const role of Object.keys(resourcesOf(json, 'AWS::IAM::Role'))) {
      expect(actionsOf(json, role)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    }
  });
});

describe('runtime-rooms', () => {
  const template = templateOfExample('runtime-rooms');
  const json = template.toJSON();

  test('only the resources that existing rooms use are retained, on deletion and on replacement', () => {
    const retained = Object.entries<any>(json.Resources)
      .filter(([, { DeletionPolicy, UpdateReplacePolicy }]) => DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain')
      .map(([id]) => id);

    expect(retained).toEqual(Object.keys(json.Resources).filter(id => id.startsWith('Chat')));
    expect(retained.map(id => json.Resources[id].Type).sort()).toEqual([
      'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IVSChat::LoggingConfiguration', 'AWS::Lambda::Function', 'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup', 'AWS::Logs::LogGroup',
    ]);
  });

  test('retained resources have no explicit names and do not refer to resources that are deleted', () => {
    for (const [id, resource] of Object.entries<any>(json.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')) {
      const { LogGroupName, FunctionName, RoleName } = resource.Properties;
      const functionName = resource.Type === 'AWS::Lambda::Permission' ? undefined : FunctionName;
      expect({ id, functionName, LogGroupName, RoleName }).toEqual({ id });
      const references = JSON.stringify(resource).match(/(?<="(?:Ref|Fn::GetAtt)":\[?")[^"]+/g) ?? [];
      for (const reference of references) expect(reference).toMatch(/^(Chat|AWS::)/);
    }
  });

  test('the function gets the shared handler and log, and depends on the invoke permission', () => {
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
