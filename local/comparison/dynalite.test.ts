import { OPERATIONS } from '../src/dynamodb/operations';
import { compareRequests } from '../test/support/dynamodb/comparison';
import { startDynalite } from '../test/support/dynamodb/dynalite';
import { RandomRequests } from '../test/support/dynamodb/random-requests';

const REQUESTS = 8000;
const MINUTES = 60_000;

/** Operations that dynalite does not have: see moto.test.ts. */
const NOT_COMPARED = ['TransactGetItems', 'TransactWriteItems'];

// The tables are never synchronized in between, so that a difference in one item would show in all later requests.
test.each([1, 2, 3])('8000 random requests of seed %i have the same responses as in dynalite', async seed => {
  const { differences, failed, operations, succeeded } = await compareRequests(new RandomRequests(seed), REQUESTS, await startDynalite());

  expect(differences).toEqual([]);
  expect(succeeded).toBeGreaterThan(0.3 * REQUESTS);
  expect(failed).toBeGreaterThan(0.2 * REQUESTS);
  expect([...operations].sort()).toEqual(Object.keys(OPERATIONS).filter(name => !NOT_COMPARED.includes(name)));
}, 30 * MINUTES);
