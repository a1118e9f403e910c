import { App, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { ChatRoom, ChatRoomSettings } from '../../../src';
import { areReplaced, MAX_LISTED_SETTINGS, settingsKey } from '../../../src/custom-resources/settings-list';
import { HANDLER, newLoggingConfiguration, ROOM_ARN, ROOM_ID } from '../../support/custom-resources/template';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const TYPE = 'Custom::IVSChatRoomSettings';

function addSettings(stack: Stack, roomArn: string, id: string): ChatRoomSettings {
  return new ChatRoomSettings(stack, id, { room: ChatRoom.fromRoomArn(stack, `${id}Room`, roomArn), maximumMessageLength: 300 });
}

function listIn(template: any): unknown {
  return template.Resources[HANDLER].Properties.Environment?.Variables.ROOM_SETTINGS;
}

function keysIn(template: any): string[] {
  return Object.keys(resourcesOf(template, TYPE)).map(settingsKey);
}

describe('the list of settings in the environment of the handler', () => {
  test('has the ID of each room and the key of its settings', () => {
    const stack = newStack(ENV);
    addSettings(stack, ROOM_ARN, 'One');
    new ChatRoomSettings(stack, 'Two', { room: ChatRoom.fromRoomId(stack, 'ById', 'ZyXwVuTsRqPo'), tags: { team: 'chat' } });

    const template = templateOf(stack).toJSON();
    const [one, two] = keysIn(template);
    expect(listIn(template)).toBe(`${ROOM_ID}=${one},ZyXwVuTsRqPo=${two}`);
  });

  test('resolves the ID of a room that is named by a parameter', () => {
    const stack = newStack(ENV);
    addSettings(stack, new CfnParameter(stack, 'Arn').valueAsString, 'One');

    const template = templateOf(stack).toJSON();
    const resource = { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Arn' }] }] };
    expect(listIn(template)).toEqual({ 'Fn::Join': ['=', [{ 'Fn::Select': [1, { 'Fn::Split': ['/', resource] }] }, keysIn(template)[0]]] });
  });

  test('has the key of a logical ID that is overridden later', () => {
    const stack = newStack(ENV);
    const settings = addSettings(stack, ROOM_ARN, 'One');
    (settings.node.defaultChild as CfnResource).overrideLogicalId('LobbySettings');

    expect(listIn(templateOf(stack).toJSON())).toBe(`${ROOM_ID}=Settings`);
  });

  test('has those of its own stack only', () => {
    const app = new App();
    const stacks = ['One', 'Two'].map(id => new Stack(app, id, { env: ENV }));
    addSettings(stacks[0], ROOM_ARN, 'Settings');
    addSettings(stacks[1], ROOM_ARN.replace(ROOM_ID, 'ZyXwVuTsRqPo'), 'Settings');

    const { 'One.template.json': one, 'Two.template.json': two } = templatesOf(app);
    expect(listIn(one)).toMatch(new RegExp(`^${ROOM_ID}=[0-9A-F]{8}$`));
    expect(listIn(two)).toMatch(/^ZyXwVuTsRqPo=[0-9A-F]{8}$/);
  });

  test.each<[string, (stack: Stack, launcher: CfnResource) => string]>([
    ['an attribute', (_, launcher) => launcher.getAtt('Arn').toString()],
    ['an attribute in Fn.join', (_, launcher) => Fn.join('', [launcher.getAtt('Arn').toString()])],
    ['an attribute in Fn.sub', () => Fn.sub('${Launcher.Arn}')],
  ])('leaves out a room that another resource creates, which can depend on the handler: %s', (_, roomArnIn) => {
    const stack = newStack(ENV);
    const first = addSettings(stack, ROOM_ARN, 'First');
    const launcher = new CfnResource(stack, 'Launcher', { type: 'Custom::Room' });
    launcher.node.addDependency(first);
    addSettings(stack, roomArnIn(stack, launcher), 'Second');

    // Fails for a circular dependency.
    expect(listIn(templateOf(stack).toJSON())).toMatch(new RegExp(`^${ROOM_ID}=[0-9A-F]{8}$`));
  });

  test('does not exist if the only room is created by a resource', () => {
    const stack = newStack(ENV);
    addSettings(stack, new CfnResource(stack, 'Launcher', { type: 'Custom::Room' }).getAtt('Arn').toString(), 'Settings');

    expect(templateOf(stack).toJSON().Resources[HANDLER].Properties).not.toHaveProperty('Environment');
  });

  test('does not exist without settings, with other custom resources', () => {
    const stack = newStack(ENV);
    newLoggingConfiguration(stack, true);

    expect(templateOf(stack).toJSON().Resources[HANDLER].Properties).not.toHaveProperty('Environment');
  });

  test.each([[MAX_LISTED_SETTINGS, true], [MAX_LISTED_SETTINGS + 1, false]])('with %i settings fits into 4 KB, or does not exist', (count, exists) => {
    const stack = newStack(ENV);
    for (let index = 0; index < count; index++) addSettings(stack, ROOM_ARN.replace(/.{4}$/, String(1000 + index)), `Settings${index}`);

    const list = listIn(templateOf(stack).toJSON()) as string | undefined;
    expect(list !== undefined).toBe(exists);
    expect(list?.length ?? 0).toBeLessThan(4_000);
  });
});

describe('settings are replaced', () => {
  const [id, key] = ['RoomAbCdEfGhIjKlSettings0A1B2C3D', '0A1B2C3D'];

  test.each<[string, boolean, string | undefined]>([
    ['if the list has others for the room', true, `${ROOM_ID}=FFFFFFFF`],
    ['if the list has others for the room, among other rooms', true, `ZyXwVuTsRqPo=${key},${ROOM_ID}=FFFFFFFF`],
    ['not if the list has these', false, `${ROOM_ID}=${key}`],
    ['not if the list has these and others, because then the stack is deleted', false, `${ROOM_ID}=FFFFFFFF,${ROOM_ID}=${key}`],
    ['not if the list has only other rooms', false, 'ZyXwVuTsRqPo=FFFFFFFF'],
    ['not if the list is empty', false, ''],
    ['not if there is no list', false, undefined],
  ])('%s', (_, expected, list) => {
    expect(areReplaced(list, ROOM_ID, id)).toBe(expected);
  });
});
