'use strict';
// Runs a Node.js function: a client of the Lambda Runtime API. Arguments: a folder from which the AWS SDK can be resolved.
const sdk = require('./sdk');
const { invokeHandler } = require('./invoke-handler');
const { loadHandler } = require('./load-handler');
const logs = require('./logs');
const network = require('./network');
const runtime = require('./runtime-client');

let currentRequestId;

async function main() {
  logs.install(() => currentRequestId);
  network.install();
  sdk.install(process.argv[2]);
  process.argv.splice(2);
  process.on('uncaughtException', error => void die(error));
  process.on('unhandledRejection', reason => {
    // The type the AWS runtime gives it.
    void die(Object.assign(new Error(`${reason instanceof Error ? reason.stack : reason}`), { name: 'Runtime.UnhandledPromiseRejection' }));
  });

  let handler;
  try {
    handler = await loadHandler(sdk);
  } catch (error) {
    await runtime.initError(error);
    process.exit(1);
  }

  for (;;) {
    const invocation = await runtime.next();
    currentRequestId = invocation.requestId;
    process.env._X_AMZN_TRACE_ID = invocation.traceId;
    let answer;
    try {
      const body = serialize(await invokeHandler(handler, invocation));
      answer = () => runtime.response(invocation.requestId, body);
    } catch (error) {
      answer = () => runtime.error(invocation.requestId, error);
    }
    // The host waits for this line, so that the log of an invocation is complete when its result is.
    logs.end(currentRequestId);
    // From here on an error that nobody catches is not the invocation's.
    currentRequestId = undefined;
    await answer();
  }
}

function serialize(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw Object.assign(new Error(`The result of the handler is not JSON: ${error.message}`), { name: 'Runtime.MarshalError' });
  }
}

/** After an error that nobody caught the process is in no known state. */
async function die(error) {
  if (currentRequestId) {
    logs.end(currentRequestId);
    await runtime.error(currentRequestId, error).catch(() => {});
  } else {
    await runtime.initError(error).catch(() => {});
  }
  process.exit(129);
}

// The host has gone: nothing to do any more.
main().catch(() => process.exit(1));
