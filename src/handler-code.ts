import * as path from 'path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/**
 * Returns the bundled code of functions in handlers/. The handler of each is `<folder in handlers/>/index.handler`.
 *
 * This file must stay at the top of src/: the published library is a single file in lib/, from which `../assets` resolves to
 * the same path.
 *
 * @param folder folder in assets/: `runtime-sdk` contains functions that use the SDK of the Lambda runtime, and `functions` all others
 * that do not have to start fast
 */
export function handlerCode(folder: string): Code {
  return Code.fromAsset(path.join(__dirname, '..', 'assets', folder));
}

/**
 * Returns the path of the bundled code of a function that must start fast: one file in a folder of its own.
 *
 * @param folder folder in assets/
 */
export function handlerFile(folder: string): string {
  return path.join(__dirname, '..', 'assets', folder, 'index.js');
}
