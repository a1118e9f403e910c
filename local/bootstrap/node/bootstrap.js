'use strict';
// Runs a Node.js function as a client of the Lambda Runtime API.
// Argument: a folder from which the AWS SDK resolves.
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
  process.on('uncaughtException', error => void exitAfter(error));
  process.on('unhandledRejection', reason => {
    // The error type of the AWS runtime.
    const error = Object.assign(new Error(String(reason)), { name: 'Runtime.UnhandledPromiseRejection' });
    if (typeof reason?.stack === 'string') error.stack = reason.stack;
    void exitAfter(error);
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
    let postResult;
    try {
      const body = serialize(await invokeHandler(handler, invocation));
      postResult = () => runtime.response(invocation.requestId, body);
    } catch (error) {
      postResult = () => runtime.error(invocation.requestId, error);
    }
    // The host waits for this record, so that the log of an invocation is complete when its result arrives.
    logs.end(currentRequestId);
    // An uncaught error from here on does not belong to the invocation.
    currentRequestId = undefined;
    await postResult();
  }
}

function serialize(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw Object.assign(new Error(`The result of the handler must be serializable to JSON: ${error.message}`), { name: 'Runtime.MarshalError' });
  }
}

/** Exits after an uncaught error, because the state of the process is unknown. */
async function exitAfter(error) {
  if (currentRequestId) {
    logs.end(currentRequestId);
    await runtime.error(currentRequestId, error).catch(() => {});
  } else {
    await runtime.initError(error).catch(() => {});
  }
  process.exit(129);
}

// The host process has exited.
main().catch(() => process.exit(1));
