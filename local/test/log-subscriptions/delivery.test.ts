import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LocalServer, LocalServerOptions } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';

/** A subscribed function that prints the names of events. */
const TEMPLATE = `
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Group: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /chat } }
  Logging: { Type: AWS::IVSChat::LoggingConfiguration, Properties: { DestinationConfiguration: { CloudWatchLogs: { LogGroupName: !Ref Group } } } }
  Archive:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: archive
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 30
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          const { gunzipSync } = require('node:zlib');
          exports.handler = async ({ awslogs }) => {
            const { logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')));
            for (const { message } of logEvents) console.log('got ' + JSON.parse(message).payload.EventName);
          };
  Permission:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Archive, Action: lambda:InvokeFunction, Principal: logs.amazonaws.com, SourceArn: !GetAtt Group.Arn }
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    DependsOn: Permission
    Properties: { LogGroupName: !Ref Group, FilterPattern: '{ $.payload.EventName = "goal*" }', DestinationArn: !GetAtt Archive.Arn }
Outputs:
  Logging: { Value: !GetAtt Logging.Arn }
`;

const ROOMS = 100;

let directory: string;
let server: LocalServer;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'delivery-test-'));
});

afterEach(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Sends one event in each of 100 rooms at the same time. Returns the names that the function has printed, when it has printed as many as expected. */
async function sendInAllRooms(expected: number, options: Partial<LocalServerOptions> = {}): Promise<string[]> {
  const deployed = await deployTemplate(TEMPLATE, directory, options);
  ({ server } = deployed);
  const call = async (operation: string, input: object) => server.controlPlane.call(operation, input, { unthrottled: true });
  const rooms = await Promise.all(Array.from({ length: ROOMS }, async () => call('CreateRoom', { loggingConfigurationIdentifiers: [deployed.outputs.Logging] })));

  const received: string[] = [];
  const allReceived = new Promise<void>(resolve => server.liveLog.listen(({ data }) => {
    const name = data?.event === 'output' && /^got (.*)$/.exec(String(data.line))?.[1];
    if (name && received.push(name) === expected) resolve();
  }));
  await Promise.all(rooms.flatMap(({ arn }, index) => ['goal', 'foul'].map(async kind => call('SendEvent', { roomIdentifier: arn, eventName: `${kind}-${index}` }))));
  await allReceived;
  return received.sort();
}

const GOALS = Array.from({ length: ROOMS }, (_, index) => `goal-${index}`);

test('100 rooms at once lose no delivery', async () => {
  expect(await sendInAllRooms(ROOMS)).toEqual([...GOALS].sort());
}, 30_000);

test('with deliverTwice, each event arrives twice', async () => {
  expect(await sendInAllRooms(2 * ROOMS, { deliverTwice: true })).toEqual(GOALS.flatMap(name => [name, name]).sort());
}, 30_000);
