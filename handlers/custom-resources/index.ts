import type { CdkCustomResourceEvent, CdkCustomResourceResponse, Context } from 'aws-lambda';
import { respond } from './respond';
import type { Surroundings } from './surroundings';

// The provider framework puts the stack trace into the reason a user reads in the stack's events.
Error.stackTraceLimit = 0;

const surroundings: Surroundings = {
  now: () => Date.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
  log: line => console.log(line),
};

export async function handler(event: CdkCustomResourceEvent, context: Context): Promise<CdkCustomResourceResponse> {
  return respond(event, context, surroundings);
}
