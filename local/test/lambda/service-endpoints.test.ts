import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { readServiceEndpoints } from '../../src/lambda/service-endpoints';
import { LambdaHarness } from '../support/lambda-harness';

test('the name of a service is written as in the environment variable', () => {
  expect(readServiceEndpoints(['dynamodb=http://127.0.0.1:8000', 'Secrets-Manager=http://localhost:4566/?a=b', 'EVENTBRIDGE=https://emulator.test']))
    .toEqual({ DYNAMODB: 'http://127.0.0.1:8000', SECRETS_MANAGER: 'http://localhost:4566/?a=b', EVENTBRIDGE: 'https://emulator.test' });
});

test.each<[string, string, string]>([
  ['an address only', 'http://127.0.0.1:8000', 'the name of a service has letters, digits, hyphens and underscores.'],
  ['a host', 'DYNAMODB=127.0.0.1:8000', 'the address must begin with http:// or https://.'],
  ['another protocol', 'DYNAMODB=ftp://127.0.0.1/', 'the address must begin with http:// or https://.'],
  ['a service of the runtime', 'ivschat=http://127.0.0.1:8000', 'ivschat-local serves IVSCHAT itself.'],
  ['AWS', 'DYNAMODB=https://dynamodb.us-east-1.amazonaws.com', 'functions cannot connect to AWS.'],
  ['AWS, with a final dot', 'DYNAMODB=https://dynamodb.us-east-1.amazonaws.com./', 'functions cannot connect to AWS.'],
])('fails for %s', (_name, argument, problem) => {
  expect(() => readServiceEndpoints([argument])).toThrow(`--endpoint must be SERVICE=URL, such as DYNAMODB=http://127.0.0.1:8000, got ${argument}: ${problem}`);
});

describe('a function', () => {
  let emulator: http.Server;
  let harness: LambdaHarness;

  beforeAll(async () => {
    emulator = http.createServer((req, res) => {
      req.resume().on('end', () => res.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ activities: [], path: req.url })));
    });
    emulator.listen(0, '127.0.0.1');
    await once(emulator, 'listening');
    const url = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
    harness = await LambdaHarness.start({ serviceEndpoints: { DYNAMODB: url, SFN: url } });
  });

  afterAll(async () => {
    await harness.close();
    emulator.closeAllConnections();
    emulator.close();
  });

  test('reaches the emulator with an SDK client, and with its address', async () => {
    await harness.put({
      'index.js': `
      const { SFNClient, ListActivitiesCommand } = require('@aws-sdk/client-sfn');
      exports.handler = async () => {
        const { activities } = await new SFNClient().send(new ListActivitiesCommand());
        return { activities, fetched: await (await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB + '/table')).json() };
      };`,
    });
    expect(await harness.invoke()).toEqual({ activities: [], fetched: { activities: [], path: '/table' } });
  });

  test('in Python gets the address', async () => {
    await harness.put({
      'index.py': `
import json, os, urllib.request
def handler(event, context):
    return json.load(urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL_DYNAMODB'] + '/table'))`,
    }, { runtime: 'python3.11' });
    expect(await harness.invoke()).toMatchObject({ path: '/table' });
  });

  test('still cannot connect to AWS, and can set another address', async () => {
    await harness.put({
      'index.js': `exports.handler = async () => [
      process.env.AWS_ENDPOINT_URL_DYNAMODB, await fetch('https://dynamodb.us-east-1.amazonaws.com').catch(({ cause }) => cause.message),
    ];`,
    }, { environment: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' } });
    expect(await harness.invoke()).toEqual(['http://127.0.0.1:1', expect.stringContaining('dynamodb.us-east-1.amazonaws.com')]);
  });
});
