import { compareRequests } from '../support/dynamodb/comparison';
import { startDynalite } from '../support/dynamodb/dynalite';
import { RandomRequests } from '../support/dynamodb/random-requests';

// `npm run test:comparison` compares 24,000 requests.
test('100 random requests have the same responses as in dynalite', async () => {
  const { differences } = await compareRequests(new RandomRequests(20_261_127), 100, await startDynalite());

  expect(differences).toEqual([]);
});
