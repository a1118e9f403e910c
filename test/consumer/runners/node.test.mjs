import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatError, startIvsChat } from 'ivschat-local';
import { chat, expected } from './scenario.cjs';

test('node:test, as an ES module', async () => {
  assert.deepEqual(await chat(startIvsChat), expected);
  assert.equal(new ChatError(406, 'no').code, 406);
});
