import * as fs from 'fs';

/** Removes what jest.global-setup.ts has made. */
export default function teardown(): void {
  fs.rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
