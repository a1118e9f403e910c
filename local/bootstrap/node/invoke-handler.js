'use strict';

// Since Node.js 24 Lambda has no callbacks. Which runtime it is says the function, not this machine's Node.js.
const HAS_CALLBACKS = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]) < 24;

exports.HAS_CALLBACKS = HAS_CALLBACKS;

/** One invocation of a handler in any of its forms: a promise, a callback, or a plain value. */
exports.invokeHandler = (handler, invocation) => new Promise((resolve, reject) => {
  const context = contextOf(invocation);
  let isPromise = false;
  let called = false;

  // Nothing is left to run, and there is no answer.
  const onIdle = () => {
    if (!isPromise) return resolve(null);
    const error = new Error('Node.js had nothing left to do, but the promise of the handler was not settled.');
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
    const answer = () => error === null || error === undefined ? settle(resolve, result) : settle(reject, error);
    if (!context.callbackWaitsForEmptyEventLoop) return void answer();
    process.off('beforeExit', onIdle);
    process.once('beforeExit', answer);
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
