import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** Every synthesized app creates a temporary folder. They are all created in one that the global teardown removes. */
export default function setup(): void {
  process.env.TMPDIR = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-test-'));
}
