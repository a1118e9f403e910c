import { compareRandomRequests } from '../support/dynamodb/comparison';

// `npm run test:comparison` compares 24,000 requests.
test('100 random requests have the same responses as in dynalite', async () => {
  const { differences } = await compareRandomRequests(20_261_127, 100);

  expect(differences).toEqual([]);
});
