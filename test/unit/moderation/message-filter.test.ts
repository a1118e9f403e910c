import * as fs from 'fs';
import * as path from 'path';
import { App, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Role, ServicePrincipal, User } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  AllChatRoomsGrants, ChatAttribute, ChatAuthentication, ChatRole, ChatRoom, ChatRoomGrants, ChatTokenEndpoint, FallbackResult, FilterAction,
  FilterRule, MessageFilter, type MessageFilterProps, MessageReviewHandler, SenderMatch, WordList,
} from '../../../src';
import { warningsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';
import { thrownBy } from '../../support/thrown-by';

const WARM = { provisionedConcurrentExecutions: 2 };

function filterWith(props?: MessageFilterProps): MessageFilter {
  return new MessageFilter(newStack(ENV), 'Filter', props);
}

/** Returns the `filter.json` of the only filter of an app. */
function filterFileOf(app: App): any {
  const assembly = app.synth();
  const folder = fs.readdirSync(assembly.directory).find(name => name.startsWith('asset.') && fs.existsSync(path.join(assembly.directory, name, 'filter.json')))!;
  return JSON.parse(fs.readFileSync(path.join(assembly.directory, folder, 'filter.json'), 'utf8'));
}

describe('a filter', () => {
  test('is a function with an alias, which reviews the messages of rooms and denies them if it fails', () => {
    const stack = newStack();
    const filter = new MessageFilter(stack, 'Filter', WARM);
    new ChatRoom(stack, 'Room', { messageReviewHandler: filter });

    const template = templateOf(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Architectures: ['arm64'], Handler: 'index.handler', MemorySize: 512, Runtime: 'nodejs24.x', LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } });
    template.hasResourceProperties('AWS::Lambda::Permission', { Principal: 'ivschat.amazonaws.com', FunctionName: { Ref: Match.stringLikeRegexp('^FilterAlias') } });
    template.hasResourceProperties('AWS::IVSChat::Room', {
      MessageReviewHandler: { Uri: { Ref: Match.stringLikeRegexp('^FilterAlias') }, FallbackResult: 'DENY' },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    expect(filter.fallbackResult).toBe(FallbackResult.DENY);
    expect(stack.resolve(filter.handlerUri)).toEqual({ Ref: expect.stringMatching(/^FilterAlias/) });
  });

  test('can write only to its log group', () => {
    const stack = newStack();
    new MessageFilter(stack, 'Filter', WARM);

    const [policy] = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IAM::Policy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [expect.stringMatching(/^FilterFunctionLog/), 'Arn'] } },
    ]);
  });

  test('accepts a log group, memory and a fallback result', () => {
    const stack = newStack();
    const logGroup = new LogGroup(stack, 'Group');
    const filter = new MessageFilter(stack, 'Filter', { ...WARM, logGroup, memorySize: 1024, fallbackResult: FallbackResult.ALLOW });

    const template = templateOf(stack);
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 1024, LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^Group') } } });
    expect(filter.fallbackResult).toBe(FallbackResult.ALLOW);
  });

  test('is detached from rooms before it is deleted, with detachOnDelete', () => {
    const stack = newStack();
    new MessageFilter(stack, 'Filter', { ...WARM, detachOnDelete: true });

    templateOf(stack).hasResourceProperties('Custom::IVSChatDetachment', { MessageReviewHandlerUri: { Ref: Match.stringLikeRegexp('^FilterAlias') } });
  });

  test('keeps the ARN of its handler when its rules and its concurrency change', () => {
    const logicalIds = [WARM, { rules: [FilterRule.capitals()] }].map(props => {
      const stack = newStack();
      const { handlerUri } = new MessageFilter(stack, 'Filter', props);
      return stack.resolve(handlerUri);
    });
    expect(logicalIds[0]).toEqual(logicalIds[1]);
  });

  test('has a new version when its rules change', () => {
    const versions = [FilterRule.links(), FilterRule.capitals()].map(rule => {
      const stack = newStack();
      new MessageFilter(stack, 'Filter', { ...WARM, rules: [rule] });
      return Object.keys(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Version'));
    });
    expect(versions[0]).not.toEqual(versions[1]);
  });
});

describe('filter.json', () => {
  test('contains the rules, the exempt senders and the ignored attributes', () => {
    const app = new App();
    new MessageFilter(new Stack(app, 'Stack'), 'Filter', {
      ...WARM,
      rules: [
        FilterRule.words(WordList.of('Darn', 'Idiot*', '!darn it'), { action: FilterAction.DENY, reason: 'No.', ruleName: 'friendly' }),
        FilterRule.links({ allowedDomains: ['example.com'] }),
      ],
      exempt: [SenderMatch.role(ChatRole.moderator()), SenderMatch.attribute('bot', 'yes', 'true')],
      ignoredAttributes: ['replyTo'],
    });

    expect(filterFileOf(app)).toEqual({
      version: 1,
      exempt: [{ attribute: 'role', values: ['moderator'] }, { attribute: 'bot', values: ['yes', 'true'] }],
      ignoredAttributes: ['replyTo'],
      rules: [
        {
          name: 'friendly',
          action: 'DENY',
          reason: 'No.',
          kind: 'words',
          ignoreAccents: false,
          blocked: { words: ['darn', 'idiot*'], parts: [], hasLookAlikes: false },
          allowed: { words: ['darn it'], parts: [], hasLookAlikes: false },
        },
        {
          name: 'links',
          action: 'DENY',
          reason: 'Your message was not sent.',
          kind: 'links',
          allowedDomains: ['example.com'],
          obfuscated: true,
          domains: expect.arrayContaining(['com', 'xyz']),
          wordDomains: expect.arrayContaining(['live', 'shop']),
        },
      ],
    });
  });

  test('has by default rules for links, contact details and repetition', () => {
    const app = new App();
    new MessageFilter(new Stack(app, 'Stack'), 'Filter', WARM);
    expect(filterFileOf(app).rules.map(({ action, name }: any) => [name, action])).toEqual([['links', 'DENY'], ['contact-details', 'MASK'], ['repetition', 'DENY']]);
  });

  test('the same rules are the same asset in each app', () => {
    const keys = [0, 1].map(() => {
      const stack = newStack();
      new MessageFilter(stack, 'Filter', WARM);
      return Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Function'))[0].Properties.Code.S3Key;
    });
    expect(keys[0]).toBe(keys[1]);
  });

  test('is kept where the assembly refers to it, without staging of assets', () => {
    const app = new App({ context: { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:enable-asset-metadata': true } });
    const stack = new Stack(app, 'Stack');
    new MessageFilter(stack, 'Filter', WARM);

    const [fn] = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Lambda::Function'));
    const folder = fn.Metadata['aws:asset:path'];
    expect(fs.readdirSync(folder).sort()).toEqual(['filter.json', 'index.js']);
    fs.rmSync(folder, { recursive: true });
  });
});

describe('metrics', () => {
  const filter = filterWith({ ...WARM, rules: [FilterRule.links(), FilterRule.words(WordList.of('darn'), { ruleName: 'friendly' })] });

  test.each(['Denied', 'Masked', 'Counted'] as const)('%s has the rule as a dimension', name => {
    const metric = filter[`metric${name}`]('friendly');
    expect(metric).toMatchObject({
      namespace: 'cdk-ivschat', metricName: name, statistic: 'Sum', dimensions: { FunctionName: filter.function.functionName, Rule: 'friendly' },
    });
  });

  test.each(['Late', 'Failed', 'Cold'] as const)('%s is of the function', name => {
    expect(filter[`metric${name}`]()).toMatchObject({ namespace: 'cdk-ivschat', metricName: name, dimensions: { FunctionName: filter.function.functionName } });
  });

  test('of the service', () => {
    expect(filter.metricInvocationErrors()).toMatchObject({ namespace: 'AWS/IVSChat', metricName: 'InvocationErrors' });
  });

  test('of an unknown rule fail', () => {
    expect(thrownBy(() => filter.metricDenied('word')).message).toContain(
      'rule must be the name of a rule of this filter, got "word": pass one of links, friendly');
  });
});

describe('warnings', () => {
  const messagesOf = (stack: Stack) => warningsOf(stack).map(([, message]) => message);

  test('without provisioned concurrency', () => {
    expect(messagesOf(Stack.of(filterWith()))).toEqual([expect.stringMatching(/the first message after a quiet time is rejected\. Set provisionedConcurrentExecutions: 2/)]);
    expect(messagesOf(Stack.of(filterWith({ fallbackResult: FallbackResult.ALLOW })))).toEqual([expect.stringContaining('is delivered without a review')]);
    expect(messagesOf(Stack.of(filterWith(WARM)))).toEqual([]);
  });

  function endpoint(stack: Stack, attributes: Record<string, ChatAttribute>): void {
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Other')], authentication: ChatAuthentication.iam(), attributes });
  }

  test('if a token endpoint takes an exempting attribute from the request, in either order', () => {
    for (const isFirst of [true, false]) {
      const stack = newStack(ENV);
      if (isFirst) endpoint(stack, { badge: ChatAttribute.fromRequest('badge') });
      new MessageFilter(stack, 'Filter', { ...WARM, exempt: [SenderMatch.attribute('badge', 'gold')] });
      if (!isFirst) endpoint(stack, { badge: ChatAttribute.fromRequest('badge') });
      expect(messagesOf(stack)).toEqual([expect.stringContaining('exempt by the attribute badge, which Stack/Tokens takes from the request')]);
    }
  });

  test('if a token endpoint takes an exempting attribute from a claim that users can write', () => {
    const stack = newStack(ENV);
    endpoint(stack, { badge: ChatAttribute.fromClaim('nickname') });
    new MessageFilter(stack, 'Filter', { ...WARM, exempt: [SenderMatch.attribute('badge', 'gold')] });
    expect(messagesOf(stack)).toEqual([expect.stringContaining('exempt by the attribute badge, which Stack/Tokens takes from the claim nickname')]);
  });

  test('if the claim is an attribute of a user pool', () => {
    const stack = newStack(ENV);
    const userPool = new UserPool(stack, 'Users');
    const authentication = ChatAuthentication.userPool(userPool, { userPoolClients: [userPool.addClient('Web')] });
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Other')], authentication, attributes: { badge: ChatAttribute.fromClaim('custom:badge') } });
    new MessageFilter(stack, 'Filter', { ...WARM, exempt: [SenderMatch.attribute('badge', 'gold')] });
    expect(messagesOf(stack)).toEqual([expect.stringContaining('takes from the claim custom:badge')]);
  });

  test('not if the attribute is another claim or the role', () => {
    const stack = newStack(ENV);
    endpoint(stack, { badge: ChatAttribute.fromClaim('badge'), custom: ChatAttribute.fromClaim('custom:badge'), color: ChatAttribute.fromRequest('color') });
    const exempt = [SenderMatch.attribute('badge', 'gold'), SenderMatch.attribute('custom', 'gold'), SenderMatch.role(ChatRole.moderator())];
    new MessageFilter(stack, 'Filter', { ...WARM, exempt });
    expect(messagesOf(stack)).toEqual([]);
  });

  const exemptModerators = { ...WARM, exempt: [SenderMatch.role(ChatRole.moderator())] };
  const newRole = (stack: Stack, id = 'Backend') => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  test('not if another principal has other permissions, or can create chat tokens for other rooms', () => {
    const stack = newStack(ENV);
    const filter = new MessageFilter(stack, 'Filter', exemptModerators);
    const backend = newRole(stack);
    new ChatRoom(stack, 'Room', { messageReviewHandler: filter }).grantSendEvent(backend);
    new ChatRoom(stack, 'Other').grantCreateChatToken(backend);
    AllChatRoomsGrants.of(stack).sendEvent(backend);
    expect(messagesOf(stack)).toEqual([]);
  });

  test.each<[string, (room: ChatRoom, stack: Stack) => unknown]>([
    ['a role', (room, stack) => room.grantCreateChatToken(newRole(stack))],
    ['a user', (room, stack) => room.grantCreateChatToken(new User(stack, 'Backend'))],
    ['a role with all actions', (room, stack) => ChatRoomGrants.fromRoom(room).actions(newRole(stack), 'ivschat:*')],
    ['a role with a part of the name', (room, stack) => ChatRoomGrants.fromRoom(room).actions(newRole(stack), 'ivschat:create*Token')],
  ])('if another principal can create chat tokens for a room of the filter: %s', (_, grant) => {
    const stack = newStack(ENV);
    const filter = new MessageFilter(stack, 'Filter', exemptModerators);
    grant(new ChatRoom(stack, 'Room', { messageReviewHandler: filter }), stack);
    expect(messagesOf(stack)).toEqual([expect.stringContaining('Stack/Backend can create chat tokens for Stack/Room with any attributes')]);
  });

  test('if the other principal reviews the messages of another room', () => {
    const stack = newStack(ENV);
    const filter = new MessageFilter(stack, 'Filter', exemptModerators);
    const moderator = new Function(stack, 'Moderator', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('//') });
    new ChatRoom(stack, 'Other', { messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: moderator }) });
    new ChatRoom(stack, 'Room', { messageReviewHandler: filter }).grantCreateChatToken(moderator);
    expect(messagesOf(stack)).toEqual([expect.stringContaining('Stack/Moderator/ServiceRole can create chat tokens for Stack/Room')]);
  });

  test('if another principal can create chat tokens for all rooms, which the application can create with the filter', () => {
    const stack = newStack(ENV);
    AllChatRoomsGrants.of(stack).createChatToken(newRole(stack));
    new MessageFilter(stack, 'Filter', exemptModerators);
    expect(messagesOf(stack)).toEqual([expect.stringContaining('Stack/Backend can create chat tokens for all rooms of its account and region with any attributes')]);
  });

  test('if another principal can create chat tokens for an imported room, which can have the filter', () => {
    const stack = newStack(ENV);
    ChatRoom.fromRoomId(stack, 'Imported', 'AbCdEfGhIjKl').grantCreateChatToken(newRole(stack));
    new MessageFilter(stack, 'Filter', exemptModerators);
    expect(messagesOf(stack)).toEqual([expect.stringContaining('Stack/Backend can create chat tokens for Stack/Imported with any attributes')]);
  });

  test.each([[ENV, 1], [{ ...ENV, region: 'eu-west-1' }, 0], [{ ...ENV, account: '444455556666' }, 0], [undefined, 1]])('if the principal is in another stage whose environment can be the same: %j', (env, count) => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Chat'), 'Stack', { env: ENV });
    new MessageFilter(stack, 'Filter', exemptModerators);
    const other = new Stack(new Stage(app, 'Backend'), 'Stack', { env });
    AllChatRoomsGrants.of(other).createChatToken(newRole(other));
    app.synth();
    expect(warningsOf(stack).map(([, message]) => message).filter(message => message.includes('exemptByOtherTokens'))).toHaveLength(count);
  });

  test('not if the principal cannot get the permission', () => {
    const stack = newStack(ENV);
    new MessageFilter(stack, 'Filter', exemptModerators);
    AllChatRoomsGrants.of(stack).createChatToken(new ServicePrincipal('lambda.amazonaws.com'));
    expect(messagesOf(stack)).toEqual([expect.stringContaining('has no effect')]);
  });
});

describe('fails', () => {
  test.each<[string, any, string]>([
    ['for no rules', { rules: [] }, 'rules must have at least one element'],
    ['for a rule that is none', { rules: ['links'] }, 'rules[0] must be a FilterRule, got "links"'],
    ['for two rules with one name', { rules: [FilterRule.links(), FilterRule.links()] }, 'rules must have different names, got two named "links": set ruleName'],
    ['for an exemption that is none', { exempt: [ChatRole.moderator()] }, 'exempt[0] must be a SenderMatch, got a ChatRole'],
    ['for an attribute that is no name', { ignoredAttributes: [1] }, 'ignoredAttributes[0] must be a string, got 1'],
    ['for a token in an exemption', { exempt: [SenderMatch.attribute('role', Lazy.string({ produce: () => 'x' }))] }, 'must be known at synthesis, got a token'],
    ['for a log group that is none', { logGroup: 'group' }, 'logGroup must be a log group, got "group"'],
    ['for too little memory', { memorySize: 64 }, 'memorySize must be a whole number from 128 to 10240, got 64'],
    ['for no provisioned instances', { provisionedConcurrentExecutions: 0 }, 'provisionedConcurrentExecutions must be a whole number from 1'],
    ['for properties that are none', [], 'props must be an object, got a list'],
    ['for too many words', { rules: [FilterRule.words(WordList.of(...Array.from({ length: 40_000 }, (_, index) => `word number ${index}`)))] },
      'rules must have at most 500000 bytes when compiled'],
  ])('%s', (_, props, message) => {
    expect(thrownBy(() => filterWith(Array.isArray(props) ? props as never : { ...WARM, ...props })).message).toContain(message);
  });
});
