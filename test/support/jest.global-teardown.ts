import * as fs from 'fs';

/** Removes the folder that jest.global-setup.ts created. */
export default function teardown(): void {
  fs.rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
