'use strict';
const http = require('node:http');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
// Saved before the function loads, because functions may patch it for tracing or mocking.
const request = http.request;

/** Sends a request again if the connection had been used before, because it may have been closed meanwhile. */
async function call(method, path, options) {
  try {
    return await attempt(method, path, options);
  } catch (error) {
    if (!error.isConnectionReused) throw error;
    return attempt(method, path, options);
  }
}

function attempt(method, path, { body, headers } = {}) {
  return new Promise((resolve, reject) => {
    const req = request({ agent, host, port, method, path: `/2018-06-01/runtime${path}`, headers }, res => {
      const chunks = [];
      res.on('data', chunk => chunks.push(chunk));
      res.on('end', () => resolve({ headers: res.headers, body: Buffer.concat(chunks).toString() }));
      res.on('error', reject);
    });
    req.on('error', error => reject(Object.assign(error, { isConnectionReused: req.reusedSocket })));
    req.end(body);
  });
}

exports.next = async () => {
  const { headers, body } = await call('GET', '/invocation/next');
  return {
    requestId: headers['lambda-runtime-aws-request-id'],
    deadline: Number(headers['lambda-runtime-deadline-ms']),
    functionArn: headers['lambda-runtime-invoked-function-arn'],
    traceId: headers['lambda-runtime-trace-id'],
    clientContext: headers['lambda-runtime-client-context'],
    event: JSON.parse(body),
  };
};

exports.response = (requestId, body) => call('POST', `/invocation/${requestId}/response`, { body });

exports.error = (requestId, error) => postError(`/invocation/${requestId}/error`, error);

exports.initError = error => postError('/init/error', error);

function postError(path, error) {
  const described = describe(error);
  return call('POST', path, { body: JSON.stringify(described), headers: { 'lambda-runtime-function-error-type': described.errorType } });
}

/** Describes a thrown value as the AWS runtime does. */
function describe(error) {
  if (!(error instanceof Error) && Object.prototype.toString.call(error) !== '[object Error]') {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') };
}
