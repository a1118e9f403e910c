/** The snippets of docs/migrating-from-cfnroom.md, before and after the migration. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { ChatRoom } from '../../src';
import { chatStacksOf, type StackClass } from '../support/snippets';
import { newStack, resourcesOf, templateOf } from '../support/synth';

const [Before, After] = chatStacksOf('migrating-from-cfnroom.md');

const newChatStack = (StackOfPage: StackClass) => new StackOfPage(new App(), 'Chat');
const before = templateOf(newChatStack(Before)).toJSON();
const after = templateOf(newChatStack(After)).toJSON();

test('the page has one stack before the migration and one after it', () => {
  expect(chatStacksOf('migrating-from-cfnroom.md')).toHaveLength(2);
  expect(resourcesOf(before, 'AWS::IVSChat::Room')).toHaveProperty('Lobby');
});

test('the room keeps its logical id and its properties, and gets a fallback result', () => {
  const [lobby] = Object.values(resourcesOf(before, 'AWS::IVSChat::Room'));

  expect(Object.entries(resourcesOf(after, 'AWS::IVSChat::Room')).map(([id, { Properties }]) => [id, Properties])).toEqual([
    ['Lobby', {
      ...lobby.Properties,
      MessageReviewHandler: { ...lobby.Properties.MessageReviewHandler, FallbackResult: 'ALLOW' },
    }],
  ]);
});

test('the logging configuration does not change', () => {
  const type = 'AWS::IVSChat::LoggingConfiguration';

  expect(Object.keys(resourcesOf(before, type))).toEqual(['ChatLog']);
  expect(resourcesOf(after, type)).toEqual(resourcesOf(before, type));
});

test('the permission is another resource with the same properties, and the room depends on it', () => {
  const [[oldId, oldPermission]] = Object.entries(resourcesOf(before, 'AWS::Lambda::Permission'));
  const [[newId, newPermission]] = Object.entries(resourcesOf(after, 'AWS::Lambda::Permission'));

  expect(newId).not.toBe(oldId);
  expect(newPermission.Properties).toEqual(oldPermission.Properties);
  expect(after.Resources.Lobby.DependsOn).toEqual([newId]);
});

test('nothing else changes', () => {
  const others = ({ Resources, ...template }: any) => ({
    ...template,
    Resources: Object.fromEntries(Object.entries<any>(Resources).filter(([id, { Type }]) => id !== 'Lobby' && Type !== 'AWS::Lambda::Permission')),
  });

  expect(others(after)).toEqual(others(before));
});

test('without an explicit logical id, the room would be another resource', () => {
  const stack = newStack();
  new ChatRoom(stack, 'Lobby');

  expect(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room')).not.toHaveProperty('Lobby');
});

describe('an export that another stack imports', () => {
  type Value = (room: CfnRoom) => string;
  const l1 = (stack: Stack) => {
    const child = stack.node.findChild('Lobby');
    return CfnRoom.isCfnRoom(child) ? child : child.node.defaultChild as CfnRoom;
  };

  function exportsOf(StackOfPage: StackClass, value: Value, keep?: Value): string[] {
    const app = new App();
    const chat = new StackOfPage(app, 'Chat');
    new CfnOutput(new Stack(app, 'Consumer'), 'Room', { value: value(l1(chat)) });
    if (keep) chat.exportValue(keep(l1(chat)));
    const { Outputs } = JSON.parse(JSON.stringify(app.synth().getStackByName('Chat').template));
    return Object.values<any>(Outputs).flatMap(({ Export }) => Export?.Name ?? []);
  }

  const arn: Value = room => room.attrArn;
  const ref: Value = room => room.ref;

  test('keeps its name if it is attrArn', () => {
    expect(exportsOf(Before, arn)).toHaveLength(1);
    expect(exportsOf(After, arn)).toEqual(exportsOf(Before, arn));
  });

  test('fails to keep its name if it is Ref, unless it is exported explicitly', () => {
    expect(exportsOf(After, arn)).not.toEqual(exportsOf(Before, ref));
    expect(exportsOf(After, arn, ref)).toEqual(expect.arrayContaining(exportsOf(Before, ref)));
  });
});
