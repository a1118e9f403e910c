import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/** Every synthesized app leaves a folder among the temporary ones: they are put where the end of the run can remove them. */
export default function setup(): void {
  process.env.TMPDIR = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-test-'));
}
