'use strict';
const https = require('node:https');
const net = require('node:net');

const FORBIDDEN = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|on\.aws)$|^169\.254\.(169\.254|170\.2)$|^fd00:ec2::254$/i;

exports.install = () => {
  const port = Number(new URL(process.env.AWS_ENDPOINT_URL).port);
  plainResponseUrl(port);
  forbidAws();
};

/**
 * Redirects https requests for the ResponseURL to plain http.
 *
 * In AWS the ResponseURL is https, so many functions always use https to send their response, and some omit the port. Ours is http on a
 * loopback port. No other server is expected on port 443 of this machine.
 */
function plainResponseUrl(port) {
  const createConnection = https.Agent.prototype.createConnection;
  https.Agent.prototype.createConnection = function (...args) {
    const options = args.find(arg => typeof arg === 'object' && arg !== null) ?? {};
    const isOurs = options.host === '127.0.0.1' && (Number(options.port) === 443 || Number(options.port) === port);
    return isOurs ? net.connect(port, '127.0.0.1') : createConnection.apply(this, args);
  };
}

/** Blocks connections to AWS, so that a client with another endpoint does not reach a real account. */
function forbidAws() {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    // Internal callers of Node.js pass the arguments as an array.
    const [first, second] = Array.isArray(args[0]) ? args[0] : args;
    const host = typeof first === 'object' ? first?.host : second;
    if (typeof host !== 'string' || !FORBIDDEN.test(host)) return connect.apply(this, args);
    process.nextTick(() => this.destroy(new Error(`Functions in ivschat-local cannot connect to ${host}: use the endpoint in AWS_ENDPOINT_URL.`)));
    return this;
  };
}
