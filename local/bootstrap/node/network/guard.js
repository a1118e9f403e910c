'use strict';
const net = require('node:net');
const { isAws, isMetadataAddress } = require('./hosts');

const connect = net.Socket.prototype.connect;

/**
 * Refuses connections to AWS, by name, and to metadata services, by the address that a name resolves to.
 *
 * Those to the AWS hosts in the table have been led to the server before they come here, unless they are not HTTPS.
 */
exports.guardConnections = settings => {
  const report = reporter(settings);
  net.Socket.prototype.connect = function (...args) {
    // Internal callers of Node.js pass the arguments as an array.
    const [first, second] = Array.isArray(args[0]) ? args[0] : args;
    const isObject = typeof first === 'object' && first !== null;
    const options = isObject ? first : { port: first, host: second };
    const { host, port } = options;
    if (typeof host !== 'string' || options.path) return connect.apply(this, args);

    // Reported before the error, which can end a worker thread or the process.
    const refuse = (address, callback) => report({ host, port, address }, () => callback(refusal(host, address)));
    if (isAws(host) || isMetadataAddress(host)) {
      this.connecting = true;
      refuse(undefined, error => this.destroy(error));
      return this;
    }
    if (net.isIP(host)) return connect.apply(this, args);
    const listener = (Array.isArray(args[0]) ? args[0] : args).find(arg => typeof arg === 'function');
    return connect.call(this, { ...options, lookup: checkedLookup(options.lookup, refuse) }, listener);
  };
};

/** Wraps a lookup of a host name, whose result is one address, or all of them with the option `all`. */
function checkedLookup(lookup, refuse) {
  return (host, options, callback) => (lookup ?? require('node:dns').lookup)(host, options, (error, found, family) => {
    const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
    const forbidden = error ? undefined : addresses.find(address => isMetadataAddress(address));
    if (forbidden === undefined) callback(error, found, family);
    else refuse(forbidden, callback);
  });
}

function refusal(host, address) {
  const isMetadata = address !== undefined || net.isIP(host.split('%')[0]);
  const remedy = isMetadata ? 'their environment variables have region and credentials' : 'use the endpoint in AWS_ENDPOINT_URL';
  return new Error(`Functions in ivschat-local cannot connect to ${host}${address === undefined ? '' : ` (${address})`}: ${remedy}.`);
}

/** Tells the server of ivschat-local about a refused connection, which prints it: the function may not report the error. */
function reporter(settings) {
  const reported = new Set();
  return ({ host, port, address }, callback) => {
    const key = `${host}:${port}`;
    if (reported.has(key)) return void process.nextTick(callback);
    reported.add(key);
    const socket = new net.Socket();
    socket.on('error', () => undefined).once('close', callback).resume();
    connect.call(socket, settings.port, '127.0.0.1');
    const { refusalReport } = require('./connect-request');
    return socket.end(refusalReport(settings, { host, port, address }));
  };
}
