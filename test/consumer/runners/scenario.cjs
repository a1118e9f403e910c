// What each test runner does: synthesizes in its own process, runs two runtimes at once, and chats.
const { App, CfnOutput, Stack } = require('aws-cdk-lib');
const { CfnRoom } = require('aws-cdk-lib/aws-ivschat');

function synthesize() {
  const stack = new Stack(new App(), 'Chat');
  const room = new CfnRoom(stack, 'Lobby', { name: 'lobby' });
  new CfnOutput(stack, 'RoomArn', { value: room.attrArn });
  return stack.node.root.synth();
}

/** @returns [what was sent, what another user received, a room of the other runtime] */
async function chat(startIvsChat) {
  const [local, other] = await Promise.all([startIvsChat({ app: synthesize() }), startIvsChat({ app: synthesize(), region: 'eu-west-1' })]);
  try {
    const ada = await local.connect({ room: 'Chat/Lobby', userId: 'ada' });
    const grace = await local.connect({ room: local.outputs.Chat.RoomArn, userId: 'grace' });
    const { content } = await ada.send('Hello!');
    for await (const message of grace.messages) return [content, message.content, other.rooms[0].arn.split(':')[3]];
  } finally {
    await Promise.all([local.close(), other.close()]);
  }
}

exports.chat = chat;
exports.expected = ['Hello!', 'Hello!', 'eu-west-1'];
