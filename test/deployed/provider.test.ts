import { ListRoomsCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ivschat';
import { CfnOutput, CustomResource, RemovalPolicy, Stack, type App } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogRetention, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';
import * as ivschat from '../../src';
import { LocalRuntime } from '../support/deployed/local-runtime';

/** Labels a room with a tag. The key of the tag identifies the label. */
const ON_EVENT = `
const { IvschatClient, TagResourceCommand, UntagResourceCommand } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient({});
Error.stackTraceLimit = 0;

exports.handler = async ({ RequestType, PhysicalResourceId, ResourceProperties: { RoomArn: resourceArn, Key, Value } }) => {
  if (RequestType === 'Delete') {
    await chat.send(new UntagResourceCommand({ resourceArn, tagKeys: [Key] }));
    return { PhysicalResourceId };
  }
  await chat.send(new TagResourceCommand({ resourceArn, tags: { [Key]: Value } }));
  if (Value === 'reserved') throw new Error('The label "reserved" is taken. Choose another.');
  return { PhysicalResourceId: resourceArn + '#' + Key, Data: { Text: Key + ': ' + Value } };
};
`;

interface Label {
  readonly key: string;
  readonly value: string;
  /** @default 'tagResource' and 'untagResource' */
  readonly grants?: ('tagResource' | 'untagResource')[];
}

let runtime: LocalRuntime;
beforeEach(async () => {
  runtime = await LocalRuntime.start();
});
afterEach(async () => {
  await runtime.stop();
});

/** A stack whose room is labelled by a custom resource of the CDK's provider framework. */
function labelled({ key, value, grants = ['tagResource', 'untagResource'] }: Label) {
  return (app: App) => {
    const stack = new Stack(app, 'Labels');
    const room = new ivschat.ChatRoom(stack, 'Room', { roomName: 'lobby' });
    const onEventHandler = new Function(stack, 'OnEvent', { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline(ON_EVENT) });
    for (const verb of grants) room.grants[verb](onEventHandler);
    const provider = new Provider(stack, 'Provider', { onEventHandler });
    const label = new CustomResource(stack, 'Label', {
      resourceType: 'Custom::RoomLabel',
      serviceToken: provider.serviceToken,
      properties: { RoomArn: room.roomArn, Key: key, Value: value },
    });
    new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    new CfnOutput(stack, 'LabelId', { value: label.ref });
    new CfnOutput(stack, 'Text', { value: label.getAttString('Text') });
    return stack;
  };
}

async function tagsOf(resourceArn: string) {
  return (await runtime.chat.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
}

test('a custom resource is created, updated, replaced and deleted', async () => {
  const created = await runtime.deploy(labelled({ key: 'topic', value: 'music' }));
  expect(created).toEqual({ RoomArn: created.RoomArn, LabelId: `${created.RoomArn}#topic`, Text: 'topic: music' });
  expect(await tagsOf(created.RoomArn)).toEqual({ topic: 'music' });

  const updated = await runtime.deploy(labelled({ key: 'topic', value: 'film' }));
  expect(updated).toEqual({ ...created, Text: 'topic: film' });
  expect(await tagsOf(created.RoomArn)).toEqual({ topic: 'film' });

  const replaced = await runtime.deploy(labelled({ key: 'theme', value: 'film' }));
  expect(replaced).toEqual({ RoomArn: created.RoomArn, LabelId: `${created.RoomArn}#theme`, Text: 'theme: film' });
  expect(await tagsOf(created.RoomArn)).toEqual({ theme: 'film' });

  await runtime.local.destroy('Labels');
  expect((await runtime.chat.send(new ListRoomsCommand({}))).rooms).toEqual([]);
  expect(runtime.lines('custom-resource').map(line => line.replace(/ in \d+ ms$/, ''))).toEqual([
    'Create of Label (Custom::RoomLabel) succeeded',
    'Update of Label (Custom::RoomLabel) succeeded',
    'Update of Label (Custom::RoomLabel) succeeded',
    'Delete of Label (Custom::RoomLabel) succeeded',
    'Delete of Label (Custom::RoomLabel) succeeded',
  ]);
});

test('fails to create with the message of the handler, and leaves nothing behind', async () => {
  await expect(runtime.deploy(labelled({ key: 'topic', value: 'reserved' }))).rejects.toThrow(
    'The stack Labels could not be created and was rolled back: Label (Custom::RoomLabel): The label "reserved" is taken. Choose another.',
  );
  expect((await runtime.chat.send(new ListRoomsCommand({}))).rooms).toEqual([]);
  expect(runtime.local.stacks).toEqual([]);
});

test('fails to update, and keeps the label', async () => {
  const { RoomArn } = await runtime.deploy(labelled({ key: 'topic', value: 'music' }));

  await expect(runtime.deploy(labelled({ key: 'topic', value: 'reserved' }))).rejects.toThrow('The label "reserved" is taken.');
  expect(await tagsOf(RoomArn)).toEqual({ topic: 'music' });
  expect((await runtime.deploy(labelled({ key: 'topic', value: 'film' }))).Text).toBe('topic: film');
});

test('fails with a grant that is too narrow, and names the missing action', async () => {
  await expect(runtime.deploy(labelled({ key: 'topic', value: 'music', grants: ['untagResource'] }))).rejects.toThrow(
    /could not be created and was rolled back: Label \(Custom::RoomLabel\): .* is not authorized to perform: ivschat:TagResource on resource: arn:/,
  );
  expect(runtime.lines('iam')).toEqual([expect.stringMatching(/^denied: role\/Labels-OnEvent\S+ may not ivschat:TagResource on arn:aws:ivschat:\S+:room\/\w{12}$/)]);
  expect((await runtime.chat.send(new ListRoomsCommand({}))).rooms).toEqual([]);
});

test('an AwsCustomResource calls the API', async () => {
  const outputs = await runtime.deploy(app => {
    const stack = new Stack(app, 'Call');
    const room = new ivschat.ChatRoom(stack, 'Room', { roomName: 'lobby', maximumMessageLength: 42 });
    const call = new AwsCustomResource(stack, 'GetRoom', {
      onUpdate: {
        service: 'ivschat',
        action: 'GetRoom',
        parameters: { identifier: room.roomArn },
        physicalResourceId: PhysicalResourceId.of('settings'),
      },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [room.roomArn] }),
      installLatestAwsSdk: false,
    });
    new CfnOutput(stack, 'Length', { value: call.getResponseField('maximumMessageLength') });
    new CfnOutput(stack, 'Name', { value: call.getResponseField('name') });
    return stack;
  });

  expect(outputs).toEqual({ Length: '42', Name: 'lobby' });
});

test('custom resources of the CDK for services that are not available locally are stand-ins, and reported', async () => {
  await runtime.deploy(app => {
    const stack = new Stack(app, 'StandIns');
    const bucket = new Bucket(stack, 'Bucket', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
    const chatLog = new ivschat.LoggingConfiguration(stack, 'ChatLog', { destination: ivschat.LoggingDestination.s3(bucket) });
    new ivschat.ChatRoom(stack, 'Room', { loggingConfigurations: [chatLog] });
    new LogRetention(stack, 'Retention', { logGroupName: '/chat', retention: RetentionDays.ONE_DAY });
    return stack;
  });

  const standIns = runtime.lines('notice').filter(line => line.endsWith('is a stand-in: other resources can refer to it, but it does nothing'));
  expect(standIns.map(line => /\((.+)\)/.exec(line)![1]).sort()).toEqual(['Custom::LogRetention', 'Custom::S3AutoDeleteObjects']);
  await runtime.local.destroy('StandIns');
  expect((await runtime.chat.send(new ListRoomsCommand({}))).rooms).toEqual([]);
});
