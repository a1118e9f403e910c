import { App, ArnFormat, CfnParameter, CfnResource, Fn, NestedStack, Stack, Stage, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ChatRoom, FallbackResult, type IMessageReviewHandler, LoggingConfiguration, MessageReviewHandler } from '../../src';
import { warningsOf } from '../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';

function newFunction(scope: Construct, id = 'Moderator', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'), ...props,
  });
}

/** Expects that each room depends on a permission in the same template, and that each function has one permission. */
function expectRoomsDependOnPermission(template: any): void {
  const permissions = resourcesOf(template, 'AWS::Lambda::Permission');
  for (const room of Object.values(resourcesOf(template, 'AWS::IVSChat::Room'))) {
    expect(room.DependsOn).toHaveLength(1);
    const permission = permissions[room.DependsOn[0]];
    expect(permission?.Properties.FunctionName).toEqual(room.Properties.MessageReviewHandler.Uri);
  }
  const functions = Object.values(permissions).map(permission => JSON.stringify(permission.Properties.FunctionName));
  expect(new Set(functions).size).toBe(functions.length);
}

describe('a review handler', () => {
  test('allows the service to invoke the function for all rooms of the account and region', () => {
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

  test('is set on rooms, which depend on the permission', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack), fallbackResult: FallbackResult.DENY });
    new ChatRoom(stack, 'One', { messageReviewHandler: review });
    new ChatRoom(stack, 'Two', { messageReviewHandler: review });

    const template = templateOf(stack);
    template.allResourcesProperties('AWS::IVSChat::Room', {
      MessageReviewHandler: { Uri: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Moderator'), 'Arn'] }, FallbackResult: 'DENY' },
    });
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expectRoomsDependOnPermission(template.toJSON());
  });

  test('sets ALLOW explicitly by default, so that a change from DENY takes effect', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
    new ChatRoom(stack, 'Room', { messageReviewHandler: review });

    expect(review.fallbackResult).toBe(FallbackResult.ALLOW);
    templateOf(stack).hasResourceProperties('AWS::IVSChat::Room', { MessageReviewHandler: { FallbackResult: 'ALLOW' } });
  });

  test('none() sets an empty URI', () => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', { messageReviewHandler: MessageReviewHandler.none() });

    expect(Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room'))).toEqual([
      { Type: 'AWS::IVSChat::Room', Properties: { MessageReviewHandler: { Uri: '' } } },
    ]);
  });

  test('can be a custom implementation', () => {
    const stack = newStack();
    const custom: IMessageReviewHandler = { bind: () => ({ handlerUri: FUNCTION_ARN }) };
    new ChatRoom(stack, 'Room', { messageReviewHandler: custom });

    templateOf(stack).hasResourceProperties('AWS::IVSChat::Room', { MessageReviewHandler: { Uri: FUNCTION_ARN } });
  });

  test('shares the permission with another handler of the function, and both can be dependencies', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const strict = new MessageReviewHandler(stack, 'Strict', { handler: fn, fallbackResult: FallbackResult.DENY });
    const lax = new MessageReviewHandler(stack, 'Lax', { handler: fn.node.defaultChild as lambda.CfnFunction });
    const other = newFunction(stack, 'Other');
    other.node.addDependency(lax);
    new ChatRoom(stack, 'One', { messageReviewHandler: strict });
    new ChatRoom(stack, 'Two', { messageReviewHandler: lax });

    const template = templateOf(stack).toJSON();
    expectRoomsDependOnPermission(template);
    const [permissionId] = Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'));
    expect(template.Resources[stack.getLogicalId(other.node.defaultChild as lambda.CfnFunction)].DependsOn).toContain(permissionId);
    expect(lax.node.defaultChild).toBe(strict.node.defaultChild);
  });

  test('has its permission as node.defaultChild', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
    (review.node.defaultChild as lambda.CfnPermission).addPropertyOverride('SourceAccount', '444455556666');

    templateOf(stack).hasResourceProperties('AWS::Lambda::Permission', { SourceAccount: '444455556666' });
  });
});

describe('a review handler whose permission is managed elsewhere', () => {
  test.each<[string, (stack: Stack) => Stack]>([
    ['the same stack', stack => stack],
    ['another stack', stack => new Stack(stack.node.root, 'Rooms')],
  ])('creates no permission for rooms in %s', (_, stackOfRooms) => {
    const stack = newStack();
    const rooms = stackOfRooms(stack);
    const review = new MessageReviewHandler(stack, 'Review', {
      handler: lambda.Function.fromFunctionArn(stack, 'Moderator', FUNCTION_ARN), skipPermissions: true, fallbackResult: FallbackResult.DENY,
    });
    new ChatRoom(rooms, 'Room', { messageReviewHandler: review }).node.addDependency(review);

    expect(Object.values(resourcesOf(templateOf(rooms).toJSON(), 'AWS::IVSChat::Room'))).toEqual([{
      Type: 'AWS::IVSChat::Room', Properties: { MessageReviewHandler: { Uri: FUNCTION_ARN, FallbackResult: 'DENY' } },
    }]);
    for (const { stackName } of [stack, rooms]) {
      const template = (stack.node.root as App).synth().getStackByName(stackName).template;
      expect(resourcesOf(template, 'AWS::Lambda::Permission')).toEqual({});
    }
    expect(review.node.defaultChild).toBeUndefined();
  });

  test('can be detached', () => {
    const stack = newStack();
    const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack), skipPermissions: true, detachOnDelete: true });
    new ChatRoom(stack, 'Room', { messageReviewHandler: review });

    const [room] = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room'));
    expect(room.DependsOn).toEqual([expect.stringMatching(/^ModeratorAliasDetachment|^Moderator\w{8}Detachment/)]);
  });

  test('does not affect another handler of the function', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    new MessageReviewHandler(stack, 'Skipped', { handler, skipPermissions: true });
    new MessageReviewHandler(stack, 'Review', { handler });

    templateOf(stack).resourceCountIs('AWS::Lambda::Permission', 1);
  });
});

describe('a function', () => {
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
    'can be %s, with its own ARN (%#)', (_, create, env) => {
      const stack = newStack(env);
      const handler = create(stack);
      const review = new MessageReviewHandler(stack, 'Review', { handler });
      new ChatRoom(stack, 'Room', { messageReviewHandler: review });

      const template = templateOf(stack).toJSON();
      expectRoomsDependOnPermission(template);
      expect(Object.values(resourcesOf(template, 'AWS::IVSChat::Room'))[0].Properties.MessageReviewHandler.Uri)
        .toEqual(stack.resolve(handler.functionRef.functionArn));
      expect(review.handlerUri).toBe(handler.functionRef.functionArn);
    });

  test('and its alias need two permissions', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
    new ChatRoom(stack, 'One', { messageReviewHandler: new MessageReviewHandler(stack, 'ByFunction', { handler: fn }) });
    new ChatRoom(stack, 'Two', { messageReviewHandler: new MessageReviewHandler(stack, 'ByAlias', { handler: alias }) });

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    expectRoomsDependOnPermission(template.toJSON());
  });

  test('needs a permission of its own if it is imported by name', () => {
    const stack = newStack();
    for (const name of ['first', 'second']) {
      const handler = lambda.Function.fromFunctionName(stack, `${name}Function`, name);
      new ChatRoom(stack, `${name}Room`, { messageReviewHandler: new MessageReviewHandler(stack, name, { handler }) });
    }

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    expectRoomsDependOnPermission(template.toJSON());
  });

  test('needs one permission if it is imported twice by ARN', () => {
    const stack = newStack();
    for (const id of ['First', 'Second']) {
      const handler = lambda.Function.fromFunctionArn(stack, `${id}Import`, FUNCTION_ARN);
      new ChatRoom(stack, `${id}Room`, { messageReviewHandler: new MessageReviewHandler(stack, id, { handler }) });
    }

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expectRoomsDependOnPermission(template.toJSON());
  });
});

describe('handler, function and room in every arrangement of stacks', () => {
  const places = ['A', 'B', 'C'];
  const arrangements = places.flatMap(ofFunction => places.flatMap(ofHandler => places.map(ofRoom => ({ ofFunction, ofHandler, ofRoom }))));

  /** Kinds of apps. Each has a function that returns the stack with a name. */
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
    ['sibling nested stacks', () => {
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
      templates.forEach(expectRoomsDependOnPermission);
      const count = templates.reduce((sum, template) => sum + Object.keys(resourcesOf(template, 'AWS::Lambda::Permission')).length, 0);
      expect(count).toBe(new Set([ofHandler, ofRoom]).size);
    });
  });

  test('rooms in two stages, each with its own handler', () => {
    const root = new App();
    for (const name of ['Beta', 'Prod']) {
      const stack = new Stack(new Stage(root, name, { env: ENV }), 'Chat');
      const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
      new ChatRoom(stack, 'Room', { messageReviewHandler: review });
    }

    const templates = Object.values(templatesOf(root));
    expect(templates).toHaveLength(2);
    for (const template of templates) {
      expectRoomsDependOnPermission(template);
      expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'))).toHaveLength(1);
    }
  });

  test('a room in a stage, with a function that is imported outside of it', () => {
    const root = new App();
    const shared = new Stack(root, 'Shared', { env: ENV });
    const review = new MessageReviewHandler(shared, 'Review', { handler: lambda.Function.fromFunctionArn(shared, 'Imported', FUNCTION_ARN) });
    const stack = new Stack(new Stage(root, 'Prod', { env: ENV }), 'Chat');
    new ChatRoom(stack, 'Room', { messageReviewHandler: review });

    Object.values(templatesOf(root)).forEach(expectRoomsDependOnPermission);
  });

  test('fails for a room in a stage and a function outside of it', () => {
    const root = new App();
    const shared = new Stack(root, 'Shared', { env: ENV });
    const review = new MessageReviewHandler(shared, 'Review', { handler: newFunction(shared) });
    const stack = new Stack(new Stage(root, 'Prod', { env: ENV }), 'Chat');

    expect(() => {
      new ChatRoom(stack, 'Room', { messageReviewHandler: review });
      root.synth();
    }).toThrow(/stage/i);
  });

  test('handlers in the stack of the rooms and in another stack share the permission', () => {
    const root = new App();
    const functions = new Stack(root, 'Functions', { env: ENV });
    const handler = newFunction(functions);
    const elsewhere = new MessageReviewHandler(functions, 'Review', { handler });
    const rooms = new Stack(root, 'Rooms', { env: ENV });
    new ChatRoom(rooms, 'One', { messageReviewHandler: elsewhere });
    new ChatRoom(rooms, 'Two', { messageReviewHandler: new MessageReviewHandler(rooms, 'Review', { handler }) });

    const template = Template.fromStack(rooms);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expectRoomsDependOnPermission(template.toJSON());
  });
});

describe('fails', () => {
  test.each([
    ['account', { account: '444455556666', region: ENV.region }, 'got account 444455556666 instead of 111122223333'],
    ['region', { account: ENV.account, region: 'eu-west-1' }, 'got region eu-west-1 instead of us-east-1'],
  ])('for a function that is known to be in another %s', (_, other, message) => {
    const stack = newStack(ENV);
    const handler = lambda.Function.fromFunctionArn(stack, 'Imported', `arn:aws:lambda:${other.region}:${other.account}:function:moderator`);

    expect(() => new MessageReviewHandler(stack, 'Review', { handler })).toThrow(`handler must be in the same account and region as this construct, ${message}`);
  });

  test('for a room in another region than the function', () => {
    const app = new App();
    const here = new Stack(app, 'Here', { env: ENV });
    const there = new Stack(app, 'There', { env: { ...ENV, region: 'eu-west-1' } });
    const review = new MessageReviewHandler(here, 'Review', { handler: newFunction(here) });

    expect(() => new ChatRoom(there, 'Room', { messageReviewHandler: review }))
      .toThrow('messageReviewHandler must be in the same account and region as this construct, got region us-east-1 instead of eu-west-1: use one in region eu-west-1');
    expect(Object.keys(resourcesOf(Template.fromStack(there).toJSON(), 'AWS::IVSChat::Room'))).toEqual([]);
  });

  test('for four logging configurations, without creating a permission', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions', { env: ENV });
    const review = new MessageReviewHandler(functions, 'Review', { handler: newFunction(functions) });
    const rooms = new Stack(app, 'Rooms', { env: ENV });
    const loggingConfigurations = [1, 2, 3, 4].map(i => LoggingConfiguration.fromLoggingConfigurationId(rooms, `Log${i}`, `AbCdEfGhIjK${i}`));

    expect(() => new ChatRoom(rooms, 'Room', { messageReviewHandler: review, loggingConfigurations })).toThrow('loggingConfigurations must have at most 3 elements');
    expect(rooms.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  });

  test('for the version $LATEST', () => {
    const stack = newStack();
    const { latestVersion } = newFunction(stack);

    expect(thrownBy(() => new MessageReviewHandler(stack, 'Review', { handler: latestVersion }))).toMatchObject({
      name: 'HandlerIsLatestVersion',
      message: 'handler must be a function, an alias or a published version, got the version $LATEST, to which Lambda cannot add a permission: pass the function itself',
    });
  });

  test.each<[string, (fn: lambda.Function, stack: Stack) => lambda.IFunctionRef]>([
    ['function', fn => fn],
    ['L1 function', fn => fn.node.defaultChild as lambda.CfnFunction],
    ['version', fn => fn.currentVersion],
    ['alias', (fn, stack) => new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion })],
  ])('for a %s with a reserved concurrency of 0', (_, of) => {
    const stack = newStack();
    const handler = of(newFunction(stack, 'Stopped', { reservedConcurrentExecutions: 0 }), stack);

    expect(thrownBy(() => new MessageReviewHandler(stack, 'Review', { handler }))).toMatchObject({
      name: 'HandlerNeverRuns',
      message: 'handler must be a function that Lambda can run, got one with reservedConcurrentExecutions of 0: remove the property or increase it',
    });
  });

  test('not for a reserved concurrency of 1', () => {
    const stack = newStack();

    expect(() => new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Slow', { reservedConcurrentExecutions: 1 }) })).not.toThrow();
  });

  const prefix = 'arn:aws:lambda:us-east-1:111122223333:function:';
  test.each([
    ['an ARN that is too long', `${prefix}moderator:${'a'.repeat(171 - prefix.length - 10)}`],
    ['another partition', 'arn:aws-cn:lambda:us-east-1:111122223333:function:moderator'],
    ['an account of 11 digits', 'arn:aws:lambda:us-east-1:11112222333:function:moderator'],
  ])('for %s', (_, arn) => {
    const stack = newStack();
    const handler = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: arn });

    expect(thrownBy(() => new MessageReviewHandler(stack, 'Review', { handler }))).toMatchObject({
      name: 'HandlerUriInvalid',
      message: 'handler must have an ARN of at most 170 characters of the form arn:aws:lambda:<region>:<account>:function:<name>, '
        + `got ${arn.length} characters ("${arn}"): pass a Lambda function, alias or version in a region that has Amazon IVS Chat`,
    });
  });

  test('not for the longest ARN', () => {
    const stack = newStack();
    const arn = `${prefix}moderator:${'a'.repeat(170 - prefix.length - 10)}`;
    const handler = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: arn });

    expect(new MessageReviewHandler(stack, 'Review', { handler }).handlerUri).toHaveLength(170);
  });
});

test('a function with a custom role can be granted permission on its room', () => {
  const stack = newStack();
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const review = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator', { role }) });
  new ChatRoom(stack, 'Room', { messageReviewHandler: review }).grantModerate(role);

  templateOf(stack).resourceCountIs('AWS::IAM::Policy', 1);
});

test('a function with a token as its ARN is not validated', () => {
  const stack = newStack(ENV);
  const handler = lambda.Function.fromFunctionAttributes(stack, 'Imported', { functionArn: Token.asString({ Ref: 'Anything' }), sameEnvironment: true });

  expect(() => new MessageReviewHandler(stack, 'Review', { handler })).not.toThrow();
});

function memoize(create: (name: string) => Stack): (name: string) => Stack {
  const stacks = new Map<string, Stack>();
  return name => stacks.get(name) ?? stacks.set(name, create(name)).get(name)!;
}

describe('warns for an ARN that is too long', () => {
  const warning = (length: number) => `The ARN of the review handler has at least ${length} characters, but Amazon IVS Chat accepts at most 170. `
    + 'Rooms with this handler cannot be deployed. Shorten the name of the function or of the alias. [ack: cdk-ivschat:handlerArnTooLong]';
  const aliasOf = (stack: Stack, functionName: string | undefined, aliasName: string) =>
    new lambda.Alias(stack, 'Live', { aliasName, version: newFunction(stack, 'Moderator', { functionName }).currentVersion });

  test.each<[string, object | undefined, number, (stack: Stack) => lambda.IFunctionRef]>([
    ['a function and an alias with long names', undefined, 240, stack => aliasOf(stack, 'f'.repeat(64), 'a'.repeat(128))],
    ['a function and an alias with long names', ENV, 240, stack => aliasOf(stack, 'f'.repeat(64), 'a'.repeat(128))],
    ['a longer region', { ...ENV, region: 'ap-northeast-1' }, 171, stack => aliasOf(stack, 'f'.repeat(60), 'a'.repeat(58))],
    ['an alias of a function whose name is generated', undefined, 177, stack => aliasOf(stack, undefined, 'a'.repeat(128))],
    ['an alias of an imported version', undefined, 176, stack =>
      new lambda.Alias(stack, 'Live', { aliasName: 'a'.repeat(119), version: lambda.Version.fromVersionArn(stack, 'Version', `${FUNCTION_ARN}:1`) })],
    ['an import with tokens for account and region', undefined, 216, stack =>
      lambda.Function.fromFunctionAttributes(stack, 'Imported', {
        functionArn: stack.formatArn({ service: 'lambda', resource: 'function', arnFormat: ArnFormat.COLON_RESOURCE_NAME, resourceName: `${'f'.repeat(64)}:${'a'.repeat(128)}` }),
      })],
  ])('of %s, with the environment %j', (_, env, length, handlerIn) => {
    const stack = newStack(env);
    new MessageReviewHandler(stack, 'Review', { handler: handlerIn(stack) });

    expect(warningsOf(stack)).toEqual([['/Stack/Review', warning(length)]]);
  });

  test.each<[string, (stack: Stack) => lambda.IFunctionRef]>([
    ['the longest names that fit', stack => aliasOf(stack, 'f'.repeat(64), 'a'.repeat(58))],
    ['a function with the longest name', stack => newFunction(stack, 'Moderator', { functionName: 'f'.repeat(64) })],
    ['a version of it', stack => newFunction(stack, 'Moderator', { functionName: 'f'.repeat(64) }).currentVersion],
    ['a function whose name is a parameter', stack => aliasOf(stack, new CfnParameter(stack, 'Name').valueAsString, 'live')],
  ])('not of %s', (_, handlerIn) => {
    const stack = newStack();
    new MessageReviewHandler(stack, 'Review', { handler: handlerIn(stack) });

    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('a function that many stacks share', () => {
  /** Returns all warnings, without synthesis, which takes long for so many stacks. */
  function warningsWith(stacks: number, handlerIn: (functions: Stack, rooms: Stack) => MessageReviewHandler): unknown[] {
    const app = new App();
    const functions = new Stack(app, 'Functions', { env: ENV });
    for (let index = 0; index < stacks; index++) {
      const rooms = new Stack(app, `ChatRoomsOfTeam${index}`, { env: ENV });
      new ChatRoom(rooms, 'Room', { messageReviewHandler: handlerIn(functions, rooms) });
    }
    return app.node.findAll().flatMap(({ node }) => node.metadata).filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);
  }

  const shared = (functions: Stack) => functions.node.tryFindChild('Review') as MessageReviewHandler
    ?? new MessageReviewHandler(functions, 'Review', { handler: newFunction(functions) });

  test.each<[string, (functions: Stack, rooms: Stack) => MessageReviewHandler]>([
    ['a handler', shared],
    ['the function', (functions, rooms) => new MessageReviewHandler(rooms, 'Review', {
      handler: functions.node.tryFindChild('Moderator') as lambda.Function ?? newFunction(functions),
    })],
    ['an ARN', (_, rooms) => new MessageReviewHandler(rooms, 'Review', { handler: lambda.Function.fromFunctionArn(rooms, 'Moderator', FUNCTION_ARN) })],
  ])('causes one warning if they share %s and its policy does not fit', (_, handlerIn) => {
    const warnings = warningsWith(70, handlerIn);

    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(new RegExp('^The permissions of (4|5)\\d stacks for the same review handler need about 20,\\d{3} bytes in the resource policy of the '
      + 'function, but Lambda allows 20,480\\. The deployment of further stacks fails\\. Add one permission to the function, and set skipPermissions on the handler\\. '
      + '\\[ack: cdk-ivschat:functionPolicyTooLarge\\]$'));
  });

  test.each<[string, number, (functions: Stack, rooms: Stack) => MessageReviewHandler]>([
    ['few stacks', 40, shared],
    ['functions of their own', 70, (_, rooms) => new MessageReviewHandler(rooms, 'Review', { handler: newFunction(rooms) })],
    ['skipPermissions', 70, (_, rooms) => new MessageReviewHandler(rooms, 'Review', {
      handler: lambda.Function.fromFunctionArn(rooms, 'Moderator', FUNCTION_ARN), skipPermissions: true,
    })],
  ])('causes no warning for %s', (_, stacks, handlerIn) => {
    expect(warningsWith(stacks, handlerIn)).toEqual([]);
  });
});
