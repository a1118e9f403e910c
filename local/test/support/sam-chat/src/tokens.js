const { CreateChatTokenCommand } = require('@aws-sdk/client-ivschat');
const { chat, respond } = require('rooms');

exports.handler = async event => {
  const { room, user } = JSON.parse(event.body ?? '{}');
  if (!room || !user) return respond(400, { message: 'room and user are required' });
  try {
    return respond(200, await chat.send(new CreateChatTokenCommand({ roomIdentifier: room, userId: user, capabilities: ['SEND_MESSAGE'] })));
  } catch (error) {
    return respond(502, { message: error.name });
  }
};
