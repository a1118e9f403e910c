import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Implementation } from './comparison';

/** Starts dynalite, whose own tests were run against AWS. It has no transactions. */
export async function startDynalite(): Promise<Implementation> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types
  const server: Server = require('dynalite')({ createTableMs: 0 });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => new Promise<void>(resolve => server.close(() => resolve())),
  };
}
