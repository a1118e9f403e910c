const { IvschatClient } = require('@aws-sdk/client-ivschat');

exports.chat = new IvschatClient();
exports.respond = (statusCode, body) => ({ statusCode, headers: { 'access-control-allow-origin': '*' }, body: JSON.stringify(body) });
