'use strict';

// Lambda does not support callbacks since Node.js 24. The runtime of the function decides, not the Node.js version of this machine.
const HAS_CALLBACKS = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]) < 24;

exports.HAS_CALLBACKS = HAS_CALLBACKS;

/** Invokes a handler that returns a promise or a plain value, or takes a callback. */
exports.invokeHandler = (handler, invocation) => new Promise((resolve, reject) => {
  const context = contextOf(invocation);
  let isPromise = false;
  let called = false;

  // The event loop is empty, and there is no result.
  const onIdle = () => {
    if (!isPromise) return resolve(null);
    const error = new Error('The promise of the handler must settle: the event loop is empty, so it never will.');
    return reject(Object.assign(error, { name: 'Runtime.NodejsExit' }));
  };
  process.once('beforeExit', onIdle);
  const settle = (done, value) => {
    process.off('beforeExit', onIdle);
    done(value);
  };

  const callback = (error, result) => {
    if (called) return;
    called = true;
    const finish = () => error === null || error === undefined ? settle(resolve, result) : settle(reject, error);
    if (!context.callbackWaitsForEmptyEventLoop) return void finish();
    process.off('beforeExit', onIdle);
    process.once('beforeExit', finish);
  };
  if (HAS_CALLBACKS) {
    context.succeed = result => callback(null, result);
    context.fail = error => callback(error ?? new Error('context.fail'));
    context.done = callback;
  }

  let result;
  try {
    result = HAS_CALLBACKS ? handler(invocation.event, context, callback) : handler(invocation.event, context);
  } catch (error) {
    return settle(reject, error);
  }
  if (typeof result?.then === 'function') {
    isPromise = true;
    result.then(value => settle(resolve, value), error => settle(reject, error));
  } else if (!HAS_CALLBACKS || result !== undefined && handler.length < 3) {
    settle(resolve, result);
  }
});

function contextOf({ requestId, deadline, functionArn, clientContext }) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext && JSON.parse(clientContext),
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
