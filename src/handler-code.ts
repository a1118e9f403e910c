import * as path from 'path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/**
 * The bundled code of one of the functions in handlers/.
 *
 * This file must stay at the top of `src`: the published library is one file in `lib`, from which `../assets` is the same
 * folder.
 *
 * @param folder the function's folder in handlers/
 */
export function handlerCode(folder: string): Code {
  return Code.fromAsset(path.join(__dirname, '..', 'assets', folder));
}
