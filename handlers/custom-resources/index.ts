import type { CdkCustomResourceEvent, CdkCustomResourceResponse, Context } from 'aws-lambda';
import type { Environment } from './chat-api';
import { respond } from './respond';
import { SETTINGS_LIST } from '../../src/custom-resources/settings-list';

// The provider framework copies the stack trace into the reason that users read in the stack's events.
Error.stackTraceLimit = 0;

const environment: Environment = {
  now: () => Date.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
  log: line => console.log(line),
  settingsList: process.env[SETTINGS_LIST],
};

export async function handler(event: CdkCustomResourceEvent, context: Context): Promise<CdkCustomResourceResponse> {
  return respond(event, context, environment);
}
