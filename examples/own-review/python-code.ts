import * as fs from 'fs';
import * as path from 'path';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';

/** In this repository, the package is a folder. */
const PACKAGE = path.join(__dirname, '..', '..', 'review', 'python', 'ivschat_review');

/** Returns the files of a folder together with the package `ivschat_review`, which the Lambda runtime does not contain. */
export function pythonCode(folder: string): Code {
  const isSource = (file: string) => path.basename(file) !== '__pycache__';
  return Code.fromAsset(folder, {
    exclude: ['__pycache__'],
    // The package can change when the folder does not.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Runs without Docker: it copies the package instead of installing it.
      local: {
        tryBundle: output => {
          fs.cpSync(folder, output, { recursive: true, filter: isSource });
          fs.cpSync(PACKAGE, path.join(output, path.basename(PACKAGE)), { recursive: true, filter: isSource });
          return true;
        },
      },
      // In an app of your own, delete `local`: this command then runs in Docker.
      image: Runtime.PYTHON_3_14.bundlingImage,
      command: ['sh', '-c', 'pip install --target /asset-output ivschat-review && cp -r . /asset-output'],
    },
  });
}
