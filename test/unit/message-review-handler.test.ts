import { App, CfnParameter, CfnResource, Fn, NestedStack, Stack, Stage, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ChatRoom, FallbackResult, type IMessageReviewHandler, LoggingConfiguration, MessageReviewHandler } from '../../src';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';

function newFunction(scope: Construct, id = 'Moderator', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'), ...props,
  });
}

/** Every room of a template waits for a permission of the same template, and each function has one permission there. */
function expectRoomsWaitForTheirPermission(template: any): void {
  const permissions = resourcesOf(template, 'AWS::Lambda::Permission');
  for (const room of Object.values(resourcesOf(template, 'AWS::IVSChat::Room'))) {
    expect(room.DependsOn).toHaveLength(1);
    const permission = permissions[room.DependsOn[0]];
    expect(permission?.Properties.FunctionName).toEqual(room.Properties.MessageReviewHandler.Uri);
  }
  const functions = Object.values(permissions).map(permission => JSON.stringify(permission.Properties.FunctionName));
  expect(new Set(functions).size).toBe(functions.length);
}

describe('the handler of one stack', () => {
  test('allows the service to invoke the function for all rooms of the account and region, without a room in the stack', () => {
    const stack = newStack();
    new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Moderator'), 'Arn'] },
      Principal: 'ivschat.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: {
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ivschat:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':room/*']],
      },
    });
  });

  test('is set on its rooms, which wait for the permission', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack), fallbackResult: FallbackResult.DENY });
    new ChatRoom(stack, 'One', { messageReviewHandler: review });
    new ChatRoom(stack, 'Two', { messageReviewHandler: review });

    const template = templateOf(stack);
    template.allResourcesProperties('AWS::IVSChat::Room', {
      MessageReviewHandler: { Uri: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Moderator'), 'Arn'] }, FallbackResult: 'DENY' },
    });
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expectRoomsWaitForTheirPermission(template.toJSON());
  });

  test('says ALLOW in the template where nothing is said, so that going back from DENY takes effect', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
    new ChatRoom(stack, 'Room', { messageReviewHandler: review });

    expect(review.fallbackResult).toBe(FallbackResult.ALLOW);
    templateOf(stack).hasResourceProperties('AWS::IVSChat::Room', { MessageReviewHandler: { FallbackResult: 'ALLOW' } });
  });

  test('none() takes the handler off with an empty URI', () => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', { messageReviewHandler: MessageReviewHandler.none() });

    expect(Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room'))).toEqual([
      { Type: 'AWS::IVSChat::Room', Properties: { MessageReviewHandler: { Uri: '' } } },
    ]);
  });

  test('takes a handler of someone else', () => {
    const stack = newStack();
    const custom: IMessageReviewHandler = { bind: () => ({ handlerUri: FUNCTION_ARN }) };
    new ChatRoom(stack, 'Room', { messageReviewHandler: custom });

    templateOf(stack).hasResourceProperties('AWS::IVSChat::Room', { MessageReviewHandler: { Uri: FUNCTION_ARN } });
  });

  test('two handlers of one function share its permission, and both can be waited for', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const strict = new MessageReviewHandler(stack, 'Strict', { handler: fn, fallbackResult: FallbackResult.DENY });
    const lax = new MessageReviewHandler(stack, 'Lax', { handler: fn.node.defaultChild as lambda.CfnFunction });
    const other = newFunction(stack, 'Other');
    other.node.addDependency(lax);
    new ChatRoom(stack, 'One', { messageReviewHandler: strict });
    new ChatRoom(stack, 'Two', { messageReviewHandler: lax });

    const template = templateOf(stack).toJSON();
    expectRoomsWaitForTheirPermission(template);
    const [permissionId] = Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'));
    expect(template.Resources[stack.getLogicalId(other.node.defaultChild as lambda.CfnFunction)].DependsOn).toContain(permissionId);
    expect(lax.node.defaultChild).toBe(strict.node.defaultChild);
  });

  test('the permission can be changed through node.defaultChild', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
    (review.node.defaultChild as lambda.CfnPermission).addPropertyOverride('SourceAccount', '444455556666');

    templateOf(stack).hasResourceProperties('AWS::Lambda::Permission', { SourceAccount: '444455556666' });
  });
});

describe('every kind of function', () => {
  const kinds: [string, (stack: Stack) => lambda.IFunctionRef][] = [
    ['a function', stack => newFunction(stack)],
    ['an L1 function', stack => newFunction(stack).node.defaultChild as lambda.CfnFunction],
    ['an alias', stack => new lambda.Alias(stack, 'Live', { aliasName: 'live', version: newFunction(stack).currentVersion })],
    ['a version', stack => newFunction(stack).currentVersion],
    ['an import by ARN', stack => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN)],
    ['an import by ARN of an alias', stack => lambda.Function.fromFunctionArn(stack, 'Imported', `${FUNCTION_ARN}:live`)],
    ['an import by name', stack => lambda.Function.fromFunctionName(stack, 'Imported', 'moderator')],
    ['an import by an ARN known at deployment', stack => lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: Fn.importValue('ModeratorArn') })],
    ['an import by a parameter', stack => lambda.Function.fromFunctionArn(stack, 'Imported', new CfnParameter(stack, 'Arn').valueAsString)],
  ];

  test.each(kinds.flatMap(kind => [undefined, ENV].map(env => [...kind, env] as const)))(
    '%s is allowed and set by its own ARN (%#)', (_, make, env) => {
      const stack = newStack(env);
      const handler = make(stack);
      const review = new MessageReviewHandler(stack, 'Review', { handler });
      new ChatRoom(stack, 'Room', { messageReviewHandler: review });

      const template = templateOf(stack).toJSON();
      expectRoomsWaitForTheirPermission(template);
      expect(Object.values(resourcesOf(template, 'AWS::IVSChat::Room'))[0].Properties.MessageReviewHandler.Uri)
        .toEqual(stack.resolve(handler.functionRef.functionArn));
      expect(review.handlerUri).toBe(handler.functionRef.functionArn);
    });

  test('a function and its alias are two functions to allow', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
    new ChatRoom(stack, 'One', { messageReviewHandler: new MessageReviewHandler(stack, 'ByFunction', { handler: fn }) });
    new ChatRoom(stack, 'Two', { messageReviewHandler: new MessageReviewHandler(stack, 'ByAlias', { handler: alias }) });

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    expectRoomsWaitForTheirPermission(template.toJSON());
  });

  test('two functions imported by name are two functions to allow', () => {
    const stack = newStack();
    for (const name of ['first', 'second']) {
      const handler = lambda.Function.fromFunctionName(stack, `${name}Function`, name);
      new ChatRoom(stack, `${name}Room`, { messageReviewHandler: new MessageReviewHandler(stack, name, { handler }) });
    }

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    expectRoomsWaitForTheirPermission(template.toJSON());
  });

  test('two imports of one ARN are one function to allow', () => {
    const stack = newStack();
    for (const id of ['First', 'Second']) {
      const handler = lambda.Function.fromFunctionArn(stack, `${id}Import`, FUNCTION_ARN);
      new ChatRoom(stack, `${id}Room`, { messageReviewHandler: new MessageReviewHandler(stack, id, { handler }) });
    }

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expectRoomsWaitForTheirPermission(template.toJSON());
  });
});

describe('handler, function and room in every arrangement of stacks', () => {
  const places = ['A', 'B', 'C'];
  const arrangements = places.flatMap(ofFunction => places.flatMap(ofHandler => places.map(ofRoom => ({ ofFunction, ofHandler, ofRoom }))));

  /** What a stack with this name is, in each kind of app. */
  const apps: [string, () => { root: Stage; stack: (name: string) => Stack }][] = [
    ['top-level stacks of one environment', () => {
      const root = new App();
      return { root, stack: memoize(name => new Stack(root, name, { env: ENV })) };
    }],
    ['environment-agnostic stacks', () => {
      const root = new App();
      return { root, stack: memoize(name => new Stack(root, name)) };
    }],
    ['stacks of a stage', () => {
      const root = new App();
      const stage = new Stage(root, 'Prod', { env: ENV });
      return { root, stack: memoize(name => new Stack(stage, name)) };
    }],
    ['a stack and its nested stacks', () => {
      const root = new App();
      const parent = new Stack(root, 'Parent', { env: ENV });
      return { root, stack: memoize(name => name === 'A' ? parent : new NestedStack(parent, name)) };
    }],
    ['nested stacks beside one another', () => {
      const root = new App();
      const parent = new Stack(root, 'Parent');
      return { root, stack: memoize(name => new NestedStack(parent, name)) };
    }],
  ];

  describe.each(apps)('%s', (_, newApp) => {
    test.each(arrangements)('function in $ofFunction, handler in $ofHandler, rooms in $ofRoom', ({ ofFunction, ofHandler, ofRoom }) => {
      const { root, stack } = newApp();
      const handler = newFunction(stack(ofFunction));
      const review = new MessageReviewHandler(stack(ofHandler), 'Review', { handler });
      const room = new ChatRoom(stack(ofRoom), 'Room', { messageReviewHandler: review });
      new ChatRoom(stack(ofRoom), 'Another', { messageReviewHandler: review });
      room.grantModerate(handler);

      const templates = Object.values(templatesOf(root));
      templates.forEach(expectRoomsWaitForTheirPermission);
      const count = templates.reduce((sum, template) => sum + Object.keys(resourcesOf(template, 'AWS::Lambda::Permission')).length, 0);
      expect(count).toBe(new Set([ofHandler, ofRoom]).size);
    });
  });

  test('rooms of two stages review with a handler of each stage', () => {
    const root = new App();
    for (const name of ['Beta', 'Prod']) {
      const stack = new Stack(new Stage(root, name, { env: ENV }), 'Chat');
      const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
      new ChatRoom(stack, 'Room', { messageReviewHandler: review });
    }

    const templates = Object.values(templatesOf(root));
    expect(templates).toHaveLength(2);
    for (const template of templates) {
      expectRoomsWaitForTheirPermission(template);
      expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'))).toHaveLength(1);
    }
  });

  test('a room of a stage reviews with a function imported outside of it', () => {
    const root = new App();
    const shared = new Stack(root, 'Shared', { env: ENV });
    const review = new MessageReviewHandler(shared, 'Review', { handler: lambda.Function.fromFunctionArn(shared, 'Imported', FUNCTION_ARN) });
    const stack = new Stack(new Stage(root, 'Prod', { env: ENV }), 'Chat');
    new ChatRoom(stack, 'Room', { messageReviewHandler: review });

    Object.values(templatesOf(root)).forEach(expectRoomsWaitForTheirPermission);
  });

  test('fails loudly for a room of a stage and a function outside of it', () => {
    const root = new App();
    const shared = new Stack(root, 'Shared', { env: ENV });
    const review = new MessageReviewHandler(shared, 'Review', { handler: newFunction(shared) });
    const stack = new Stack(new Stage(root, 'Prod', { env: ENV }), 'Chat');

    expect(() => {
      new ChatRoom(stack, 'Room', { messageReviewHandler: review });
      root.synth();
    }).toThrow(/stage/i);
  });

  test('a handler of the rooms\' stack and one of another share the permission', () => {
    const root = new App();
    const functions = new Stack(root, 'Functions', { env: ENV });
    const handler = newFunction(functions);
    const elsewhere = new MessageReviewHandler(functions, 'Review', { handler });
    const rooms = new Stack(root, 'Rooms', { env: ENV });
    new ChatRoom(rooms, 'One', { messageReviewHandler: elsewhere });
    new ChatRoom(rooms, 'Two', { messageReviewHandler: new MessageReviewHandler(rooms, 'Review', { handler }) });

    const template = Template.fromStack(rooms);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expectRoomsWaitForTheirPermission(template.toJSON());
  });
});

describe('fails', () => {
  test.each([
    ['account', { account: '444455556666', region: ENV.region }, 'got account 444455556666 where this construct is in 111122223333'],
    ['region', { account: ENV.account, region: 'eu-west-1' }, 'got region eu-west-1 where this construct is in us-east-1'],
  ])('with a function known to be in another %s', (_, other, text) => {
    const stack = newStack(ENV);
    const handler = lambda.Function.fromFunctionArn(stack, 'Imported', `arn:aws:lambda:${other.region}:${other.account}:function:moderator`);

    expect(() => new MessageReviewHandler(stack, 'Review', { handler })).toThrow(`handler must be in the same account and region, ${text}`);
  });

  test('with a room known to be in another region than the function', () => {
    const app = new App();
    const here = new Stack(app, 'Here', { env: ENV });
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'eu-west-1' } });
    const review = new MessageReviewHandler(here, 'Review', { handler: newFunction(here) });

    expect(() => new ChatRoom(there, 'Room', { messageReviewHandler: review }))
      .toThrow('messageReviewHandler must be in the same account and region, got region us-east-1 where this construct is in eu-west-1: use one of region eu-west-1');
    expect(Object.keys(resourcesOf(Template.fromStack(there).toJSON(), 'AWS::IVSChat::Room'))).toEqual([]);
  });

  test('with four logging configurations, before there is a permission for the handler', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions', { env: ENV });
    const review = new MessageReviewHandler(functions, 'Review', { handler: newFunction(functions) });
    const rooms = new Stack(app, 'Rooms', { env: ENV });
    const loggingConfigurations = [1, 2, 3, 4].map(i => LoggingConfiguration.fromLoggingConfigurationId(rooms, `Log${i}`, `AbCdEfGhIjK${i}`));

    expect(() => new ChatRoom(rooms, 'Room', { messageReviewHandler: review, loggingConfigurations })).toThrow('loggingConfigurations must be at most 3');
    expect(rooms.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  });

  test('with the version $LATEST', () => {
    const stack = newStack();
    const { latestVersion } = newFunction(stack);

    expect(thrownBy(() => new MessageReviewHandler(stack, 'Review', { handler: latestVersion }))).toMatchObject({
      name: 'HandlerIsLatestVersion',
      message: 'handler must be a function, an alias or a published version, got the version $LATEST, for which Lambda takes no permission: pass the function itself',
    });
  });

  test.each<[string, (fn: lambda.Function, stack: Stack) => lambda.IFunctionRef]>([
    ['function', fn => fn],
    ['L1 function', fn => fn.node.defaultChild as lambda.CfnFunction],
    ['version', fn => fn.currentVersion],
    ['alias', (fn, stack) => new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion })],
  ])('with a %s that never runs', (_, of) => {
    const stack = newStack();
    const handler = of(newFunction(stack, 'Stopped', { reservedConcurrentExecutions: 0 }), stack);

    expect(thrownBy(() => new MessageReviewHandler(stack, 'Review', { handler }))).toMatchObject({
      name: 'HandlerNeverRuns',
      message: 'handler must be a function that may run, got one with reservedConcurrentExecutions of 0, which Lambda never runs: remove the property or raise it',
    });
  });

  test('not with a function that may run once at a time', () => {
    const stack = newStack();

    expect(() => new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Slow', { reservedConcurrentExecutions: 1 }) })).not.toThrow();
  });

  const prefix = 'arn:aws:lambda:us-east-1:111122223333:function:';
  test.each([
    ['too long an ARN', `${prefix}moderator:${'a'.repeat(171 - prefix.length - 10)}`],
    ['another partition', 'arn:aws-cn:lambda:us-east-1:111122223333:function:moderator'],
    ['an account of 11 digits', 'arn:aws:lambda:us-east-1:11112222333:function:moderator'],
  ])('with %s', (_, arn) => {
    const stack = newStack();
    const handler = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: arn });

    expect(thrownBy(() => new MessageReviewHandler(stack, 'Review', { handler }))).toMatchObject({
      name: 'HandlerUriInvalid',
      message: 'handler must have an ARN of at most 170 characters of the form arn:aws:lambda:<region>:<account>:function:<name>, '
        + `got ${arn.length} characters ("${arn}"): pass a Lambda function, alias or version of a region that has Amazon IVS Chat`,
    });
  });

  test('not with the longest ARN', () => {
    const stack = newStack();
    const arn = `${prefix}moderator:${'a'.repeat(170 - prefix.length - 10)}`;
    const handler = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: arn });

    expect(new MessageReviewHandler(stack, 'Review', { handler }).handlerUri).toHaveLength(170);
  });
});

test('a role given to the function does not close a circle with a grant on its room', () => {
  const stack = newStack();
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator', { role }) });
  new ChatRoom(stack, 'Room', { messageReviewHandler: review }).grantModerate(role);

  templateOf(stack).resourceCountIs('AWS::IAM::Policy', 1);
});

test('a function whose ARN is not known cannot be checked', () => {
  const stack = newStack(ENV);
  const handler = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: Token.asString({ Ref: 'Anything' }), sameEnvironment: true });

  expect(() => new MessageReviewHandler(stack, 'Review', { handler })).not.toThrow();
});

function memoize(make: (name: string) => Stack): (name: string) => Stack {
  const made = new Map<string, Stack>();
  return name => made.get(name) ?? made.set(name, make(name)).get(name)!;
}
