const { ListRoomsCommand } = require('@aws-sdk/client-ivschat');
const { chat, respond } = require('rooms');

exports.handler = async () => {
  const { rooms } = await chat.send(new ListRoomsCommand({}));
  return respond(200, rooms.map(({ arn, name }) => ({ arn, name })));
};
