const { DynamoDB, IVS, Ivschat, IVSRealTime } = require(`${process.env.PACKAGES}/aws-sdk`);

const TableName = process.env.TABLE_NAME;
const chat = new Ivschat();
const shows = new DynamoDB.DocumentClient();
const stages = new IVSRealTime();
const video = new IVS();

const respond = body => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' }, body: JSON.stringify(body) });

async function tokens({ room, stage }, userId) {
  const { token } = await chat.createChatToken({ roomIdentifier: room, userId, capabilities: ['SEND_MESSAGE'] }).promise();
  const { participantToken } = await stages.createParticipantToken({ stageArn: stage, userId }).promise();
  return { chatToken: token, stageToken: participantToken.token, room };
}

exports.start = async ({ body }) => {
  const { id, user } = JSON.parse(body);
  const { channel } = await video.createChannel({ name: id }).promise();
  const { stage } = await stages.createStage({ name: id }).promise();
  const room = await chat.createRoom({ name: id }).promise();
  const show = { id, channel: channel.arn, room: room.arn, stage: stage.arn };
  await shows.put({ TableName, Item: show }).promise();
  return respond({ ...await tokens(show, user), playbackUrl: channel.playbackUrl });
};

exports.join = async ({ body }) => {
  const { id, user } = JSON.parse(body);
  const { Item } = await shows.get({ TableName, Key: { id } }).promise();
  return respond(await tokens(Item, user));
};

exports.end = async ({ body }) => {
  const { id } = JSON.parse(body);
  const { Attributes } = await shows.delete({ TableName, Key: { id }, ReturnValues: 'ALL_OLD' }).promise();
  await video.stopStream({ channelArn: Attributes.channel }).promise().catch(error => {
    if (error.code !== 'ChannelNotBroadcasting') throw error;
  });
  await video.deleteChannel({ arn: Attributes.channel }).promise();
  await stages.deleteStage({ arn: Attributes.stage }).promise();
  await chat.deleteRoom({ identifier: Attributes.room }).promise();
  return respond({});
};
