/**
 * A table of what CloudFormation can do to the resources of a stack, and the outcome for rooms. A Delete event does not mean that
 * anything is deleted: it is also sent when a construct is renamed or its flag is turned off, and when a deployment is rolled back.
 */
import { CfnOutput, CfnParameter, NestedStack, RemovalPolicy, type CfnResource, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { callApi, failAfter, newChatLog, newReview, roomOf, setHandlerTimeout, stackOf, type UndocumentedBehavior } from './custom-resources';
import { LocalRuntime, type Outputs } from './local-runtime';
import * as ivschat from '../../../src';

/** A stack with one resource of each kind. */
interface Definition {
  /** Of the construct that has the custom resource. The logical IDs of the resources do not depend on it. */
  readonly id?: string;
  /** Whether the constructs are in another scope. */
  readonly moved?: boolean;
  readonly nested?: string;
  readonly detachOnDelete?: boolean;
  /** A second handler of the function, with `detachOnDelete`. */
  readonly secondHandler?: boolean;
  /** End of the logical IDs of the function and the logging configuration. Absent if they are not part of the stack. */
  readonly subjects?: string;
  /** Whether the room of the stack and its rate are part of the stack. */
  readonly room?: boolean;
  readonly rate?: number;
  readonly settings?: boolean;
  /** Whether the settings name their room by a parameter instead of its ARN. */
  readonly byParameter?: boolean;
  readonly retain?: boolean;
}

const EMPTY: Definition = {};
const FULL: Definition = { detachOnDelete: true, subjects: 'One', room: true, rate: 50, settings: true };
const UNMARKED: Definition = { ...FULL, detachOnDelete: false };
const RETAINED: Definition = { ...FULL, retain: true };
const NESTED: Definition = { ...FULL, nested: 'Nested' };
const BY_PARAMETER: Definition = { ...FULL, byParameter: true };

/** What rooms have. `undefined` if the room of the stack does not exist. */
interface Outcome {
  /** Whether a room that the application created has the handler and the log of the stack. */
  readonly handler: boolean;
  readonly log: boolean;
  /** Whether the settings of another room are in effect. */
  readonly settings: boolean;
  readonly rate?: number;
}

const KEPT: Outcome = { handler: true, log: true, settings: true, rate: 50 };
const GONE: Outcome = { handler: false, log: false, settings: false, rate: undefined };

interface Transition {
  readonly name: string;
  readonly from: Definition;
  /** Each deployment, whether it is rolled back, and each deletion of the stack. */
  readonly steps: (Definition | { readonly rolledBack: Definition } | 'delete' | 'failed deletion')[];
  readonly expected: Outcome;
}

const transition = (name: string, from: Definition, to: Definition, expected: Outcome): Transition[] => [
  { name, from, steps: [to], expected },
  { name: `${name}, rolled back`, from, steps: [{ rolledBack: to }], expected: { ...KEPT, rate: from.rate ?? 10 } },
];

const TRANSITIONS: Transition[] = [
  ...transition('update', FULL, { ...FULL, rate: 60 }, { ...KEPT, rate: 60 }),
  ...transition('rename', FULL, { ...FULL, id: 'Renamed' }, KEPT),
  ...transition('move', FULL, { ...FULL, moved: true }, KEPT),
  ...transition('flag on', UNMARKED, FULL, KEPT),
  ...transition('flag off', FULL, UNMARKED, KEPT),
  ...transition('second handler added', FULL, { ...FULL, secondHandler: true }, KEPT),
  ...transition('second handler removed', { ...FULL, secondHandler: true }, FULL, KEPT),
  ...transition('first handler and its flag removed', { ...FULL, secondHandler: true }, { ...UNMARKED, secondHandler: true }, KEPT),
  ...transition('rate added', { ...FULL, rate: undefined }, FULL, KEPT),
  ...transition('rate removed', FULL, { ...FULL, rate: undefined }, { ...KEPT, rate: 10 }),
  ...transition('rate added to a retained room', { ...RETAINED, rate: undefined }, RETAINED, KEPT),
  ...transition('settings removed', FULL, { ...FULL, settings: false }, { ...KEPT, settings: false }),
  ...transition('settings name their room by its ID instead of a parameter', BY_PARAMETER, FULL, KEPT),
  ...transition('settings name their room by a parameter instead of its ID', FULL, BY_PARAMETER, KEPT),
  ...transition('settings that name their room by a parameter removed', BY_PARAMETER, { ...FULL, settings: false }, { ...KEPT, settings: false }),
  ...transition('subjects replaced', FULL, { ...FULL, subjects: 'Two' }, { ...KEPT, handler: false, log: false }),
  ...transition('subjects removed', FULL, { ...FULL, subjects: undefined }, { ...KEPT, handler: false, log: false }),
  ...transition('subjects removed, retained', RETAINED, { ...RETAINED, subjects: undefined }, KEPT),
  ...transition('nested stack removed', NESTED, EMPTY, GONE),
  // Another stack with other resources. Settings of two stacks are removed with the first stack that is deleted.
  { name: 'nested stack renamed', from: NESTED, steps: [{ ...FULL, nested: 'Renamed' }], expected: GONE },
  {
    name: 'nested stack renamed, rolled back', from: NESTED, steps: [{ rolledBack: { ...FULL, nested: 'Renamed' } }], expected: { ...KEPT, settings: false },
  },
  { name: 'flag on, rolled back twice', from: UNMARKED, steps: [{ rolledBack: FULL }, { rolledBack: FULL }], expected: KEPT },
  { name: 'flag off, rolled back, and then on', from: FULL, steps: [{ rolledBack: UNMARKED }, FULL], expected: KEPT },

  { name: 'deletion of the stack', from: FULL, steps: ['delete'], expected: GONE },
  { name: 'deletion of the stack that fails and is retried', from: FULL, steps: ['failed deletion', 'delete'], expected: GONE },
  { name: 'deletion of a stack with settings that name their room by a parameter', from: BY_PARAMETER, steps: ['delete'], expected: GONE },
  { name: 'deletion of the stack, retained', from: RETAINED, steps: ['delete'], expected: { ...KEPT, settings: false } },
];

/** Adds the resources of a definition. */
function fill(stack: Stack, definition: Definition, external: string): Construct[] {
  const inner = definition.nested === undefined ? stack : new NestedStack(stack, definition.nested);
  const scope = definition.moved ? new Construct(inner, 'Scope') : inner;
  const id = definition.id ?? 'Chat';
  const { detachOnDelete, subjects, retain } = definition;
  const outputs: [string, string][] = [];
  const named = (construct: Construct, logicalId: string) => {
    const resource = construct.node.defaultChild as CfnResource;
    resource.overrideLogicalId(logicalId);
    if (retain) resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  };
  if (subjects !== undefined) {
    const review = newReview(scope, `${id}Review`, { detachOnDelete });
    named(scope.node.findChild(`${id}ReviewFunction`) as Construct, `Function${subjects}`);
    if (definition.secondHandler) {
      const handler = scope.node.findChild(`${id}ReviewFunction`) as any;
      new ivschat.MessageReviewHandler(scope, `${id}SecondReview`, { handler, detachOnDelete: true });
    }
    const log = newChatLog(scope, `${id}Log`, detachOnDelete);
    named(log, `Log${subjects}`);
    named(scope.node.findChild(`${id}LogGroup`) as Construct, `Group${subjects}`);
    outputs.push(['Handler', review.handlerUri], ['Log', log.loggingConfigurationArn]);
  }
  if (definition.room) {
    const room = new ivschat.ChatRoom(scope, `${id}Room`, { maximumMessageRatePerSecond: definition.rate });
    named(room, 'Room');
    outputs.push(['Room', room.roomArn]);
  }
  if (definition.settings) {
    const roomArn = definition.byParameter ? new CfnParameter(scope, `${id}ExternalArn`, { default: external }).valueAsString : external;
    new ivschat.ChatRoomSettings(scope, `${id}Settings`, { room: ivschat.ChatRoom.fromRoomArn(scope, `${id}External`, roomArn), tags: { team: 'a' } });
  }
  for (const [name, value] of outputs) new CfnOutput(stack, name, { value });
  return inner === stack ? stack.node.children.filter(child => child instanceof Construct) as Construct[] : [inner];
}

/** @param fails whether the deployment fails after everything else has been deployed */
function appOf(definition: Definition, external: string, fails = false) {
  return stackOf('Transitions', stack => {
    // Keeps the provider, and so its processes, in the stack all the time.
    newChatLog(stack, 'Keeper', true);
    // Cannot be deleted while a room uses it.
    new CfnOutput(stack, 'Blocker', { value: newChatLog(stack, 'BlockerLog').loggingConfigurationArn });
    const constructs = fill(stack, definition, external);
    for (const each of stack.node.findAll().filter(Stack.isStack)) {
      // Too short to look twice at what has changed.
      if (each.node.tryFindChild('IVSChatCustomResources')) setHandlerTimeout(4, each);
    }
    if (fails) failAfter(stack, ...constructs);
  });
}

/** Tests each transition with one answer to what AWS does not document. Each takes a minute, so that they have files of their own. */
export function testTransitions(behavior: UndocumentedBehavior): void {
  let runtime: LocalRuntime;
  beforeAll(async () => {
    runtime = await LocalRuntime.start(behavior);
  });
  // Apart from the deployment, because it bundles the assets.
  beforeAll(() => {
    runtime.synthesize(appOf(EMPTY, ''));
  });
  beforeAll(async () => {
    await runtime.deploy(appOf(EMPTY, ''));
  });
  afterAll(async () => {
    await runtime.stop();
  });

  describe.each(TRANSITIONS)('$name', ({ from, steps, expected }) => {
    let external: string;
    let application: string;
    let outputs: Outputs;
    beforeEach(async () => {
      external = (await callApi(runtime, 'CreateRoom', {})).arn;
      outputs = await runtime.deploy(appOf(from, external));
      const { Handler, Log } = outputs;
      application = (await callApi(runtime, 'CreateRoom', { messageReviewHandler: { uri: Handler }, loggingConfigurationIdentifiers: [Log] })).arn;
    });
    afterEach(async () => {
      for (const { arn } of runtime.local.rooms) await callApi(runtime, 'DeleteRoom', { identifier: arn });
      await runtime.deploy(appOf(EMPTY, external));
    });

    async function failDeletion(blocker: string): Promise<void> {
      const { arn } = await callApi(runtime, 'CreateRoom', { loggingConfigurationIdentifiers: [blocker] });
      await expect(runtime.local.destroy('Transitions')).rejects.toThrow('could not be deleted');
      await callApi(runtime, 'DeleteRoom', { identifier: arn });
    }

    test('has the expected outcome for rooms', async () => {
      for (const step of steps) {
        if (step === 'delete') await runtime.local.destroy('Transitions');
        else if (step === 'failed deletion') await failDeletion(outputs.Blocker);
        else if ('rolledBack' in step) await expect(runtime.deploy(appOf(step.rolledBack, external, true))).rejects.toThrow(/ and was rolled back: Broken /);
        else await runtime.deploy(appOf(step, external));
      }

      const room = roomOf(runtime, application)!;
      expect({
        handler: room.messageReviewHandler?.uri === outputs.Handler,
        log: room.loggingConfigurationIdentifiers.includes(outputs.Log),
        settings: roomOf(runtime, external)!.tags.team === 'a',
        rate: roomOf(runtime, outputs.Room ?? '')?.maximumMessageRatePerSecond,
      }).toEqual(expected);
    });
  });
}
