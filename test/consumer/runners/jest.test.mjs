import { startIvsChat } from 'ivschat-local';
import { chat, expected } from './scenario.cjs';

test('jest, as an ES module', async () => {
  expect(await chat(startIvsChat)).toEqual(expected);
});
