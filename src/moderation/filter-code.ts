import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { handlerFile } from '../handler-code';

/**
 * Returns the code of the function with its `filter.json`. Its hash depends only on the contents of the two files.
 */
export function filterCode(scope: Construct, filterFile: string): Code {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-ivschat-filter-'));
  fs.copyFileSync(handlerFile('message-filter'), path.join(directory, 'index.js'));
  fs.writeFileSync(path.join(directory, 'filter.json'), filterFile);
  const code = Code.fromAsset(directory);
  // The CDK copies the folder to the assembly, unless it is told to refer to it.
  code.bind(scope);
  if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) fs.rmSync(directory, { recursive: true });
  return code;
}
