const { CreateChatTokenCommand, IvschatClient, SendEventCommand } = require('@aws-sdk/client-ivschat');

const chat = new IvschatClient();
const roomIdentifier = process.env.ROOM_ARN;
const respond = body => ({ statusCode: 200, body: JSON.stringify(body) });

exports.tokens = async ({ body }) => {
  const { user } = JSON.parse(body);
  return respond(await chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: user })));
};

exports.vote = async ({ body, pathParameters }) => {
  const { user } = JSON.parse(body);
  await chat.send(new SendEventCommand({ roomIdentifier, eventName: 'app:VOTE', attributes: { user, for: pathParameters.proxy } }));
  return respond({});
};

exports.publish = async () => undefined;
