import { startIvsChat } from 'ivschat-local';
import { expect, test } from 'vitest';
import { chat, expected } from './scenario.cjs';

test('vitest', async () => {
  expect(await chat(startIvsChat)).toEqual(expected);
});
