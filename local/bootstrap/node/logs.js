'use strict';
const fs = require('node:fs');
const { StringDecoder } = require('node:string_decoder');
const util = require('node:util');

// Receives all output as lines of JSON, which keeps logged and written lines in order.
const PIPE = 3;

/** The host shows no more of a line than 32,768 characters, of which this leaves some for what is omitted. */
const MAX_CHARACTERS = 32_000;

const LEVELS = { debug: 'DEBUG', error: 'ERROR', info: 'INFO', log: 'INFO', trace: 'TRACE', warn: 'WARN' };

exports.install = requestId => {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...values) => write({ level, message: format(values), requestId: requestId(), time: new Date().toISOString() });
  }
  for (const stream of [process.stdout, process.stderr]) {
    // A chunk of bytes may end within a character.
    const decoder = new StringDecoder();
    stream.write = (chunk, encoding, callback) => {
      const text = decoder.write(Buffer.from(chunk, typeof encoding === 'string' ? encoding : undefined));
      for (let start = 0; start < text.length; start += MAX_CHARACTERS) write({ raw: text.slice(start, start + MAX_CHARACTERS) });
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
  if (process.env.AWS_LAMBDA_LOG_FORMAT !== 'JSON' || !isObject) return limit(util.format(...values));
  try {
    const json = JSON.stringify(value);
    return json.length > MAX_CHARACTERS ? limit(json) : JSON.parse(json);
  } catch {
    return limit(util.format(value));
  }
}

function limit(text) {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS).replace(/[\ud800-\udbff]$/, '')}… (${text.length - MAX_CHARACTERS} more characters)`;
}

/** Begins on a new line, because the function itself may have written to the pipe. */
function write(record) {
  let rest = Buffer.from(`\n${JSON.stringify(record)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(PIPE, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}
