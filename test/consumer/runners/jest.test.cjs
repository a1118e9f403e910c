const { startIvsChat } = require('ivschat-local');
const { chat, expected } = require('./scenario.cjs');

test('jest, as CommonJS', async () => {
  expect(await chat(startIvsChat)).toEqual(expected);
});
