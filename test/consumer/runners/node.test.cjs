const assert = require('node:assert/strict');
const { test } = require('node:test');
const { ChatError, startIvsChat } = require('ivschat-local');
const { chat, expected } = require('./scenario.cjs');

test('node:test, as CommonJS', async () => {
  assert.deepEqual(await chat(startIvsChat), expected);
  assert.equal(new ChatError(406, 'no').code, 406);
});
