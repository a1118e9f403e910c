'use strict';
// The module that Lambda adds to inline code.
const http = require('node:http');
const https = require('node:https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = (event, context, status, data, physicalResourceId, noEcho) => new Promise(resolve => {
  const body = JSON.stringify({
    Status: status,
    Reason: `See the log of ${context.functionName}, request ${context.awsRequestId}`,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  });
  const url = new URL(event.ResponseURL);
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  const request = (url.protocol === 'http:' ? http : https).request(url, { method: 'PUT', headers });
  const done = () => {
    context.done?.();
    resolve();
  };
  request.on('response', response => response.resume().on('end', done));
  request.on('error', error => {
    console.log(`Sending the response to CloudFormation failed: ${error.message}`);
    done();
  });
  request.end(body);
});
