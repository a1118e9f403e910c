'use strict';
const fs = require('node:fs');
const util = require('node:util');

// Receives all output as lines of JSON, which keeps logged and written lines in order.
const PIPE = 3;

const LEVELS = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' };

exports.install = requestId => {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...values) => write({ level, message: format(values), requestId: requestId(), time: new Date().toISOString() });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      write({ raw: Buffer.from(chunk, typeof encoding === 'string' ? encoding : undefined).toString() });
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done) process.nextTick(done);
      return true;
    };
  }
};

exports.end = requestId => write({ end: requestId });

/** With the log format JSON, a single object is logged as an object. */
function format(values) {
  const [value] = values;
  const isObject = values.length === 1 && typeof value === 'object' && value !== null && !(value instanceof Error);
  if (process.env.AWS_LAMBDA_LOG_FORMAT !== 'JSON' || !isObject) return util.format(...values);
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return util.format(value);
  }
}

function write(record) {
  let rest = Buffer.from(`${JSON.stringify(record)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(PIPE, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}
