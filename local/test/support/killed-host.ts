/** A program that a test starts and kills: it invokes the function in a folder and prints its log. */
import * as path from 'node:path';
import { Sessions } from '../../src/iam/sessions';
import { Functions } from '../../src/lambda/functions';
import { FunctionConnections } from '../../src/lambda/network/function-connections';
import { LiveLog } from '../../src/live-log/live-log';

async function main([directory, runtime]: string[]): Promise<void> {
  const liveLog = new LiveLog();
  liveLog.listen(({ kind, text }) => kind === 'function' && console.log(text));
  const environment = { account: '123456789012', region: 'eu-west-1' };
  const functions = new Functions({
    liveLog,
    environment,
    connections: new FunctionConnections({ environment, liveLog }),
    endpoint: () => 'http://127.0.0.1:1',
    sessions: new Sessions(),
    workDirectory: path.join(directory, 'work'),
  });
  const roleArn = 'arn:aws:iam::123456789012:role/Role';
  await functions.put({
    functionName: 'Function', runtime, handler: 'index.handler', code: { directory: path.join(directory, 'code') }, environment: {}, timeoutSeconds: 900, memorySize: 128, roleArn,
  });
  await functions.invoke('Function', '{}');
}

void main(process.argv.slice(2));
