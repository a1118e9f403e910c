import * as path from 'path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/**
 * Returns the bundled code of a function in handlers/.
 *
 * This file must stay at the top of src/: the published library is a single file in lib/, from which `../assets` resolves to
 * the same path.
 *
 * @param folder folder of the function in handlers/
 */
export function handlerCode(folder: string): Code {
  return Code.fromAsset(path.join(__dirname, '..', 'assets', folder));
}
