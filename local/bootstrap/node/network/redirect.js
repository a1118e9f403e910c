'use strict';
const net = require('node:net');
const tls = require('node:tls');
const { normalize } = require('./hosts');

/** Options of sockets that clients set. */
const KEPT_OPTIONS = ['allowHalfOpen', 'highWaterMark', 'keepAlive', 'keepAliveInitialDelay', 'noDelay', 'signal', 'timeout'];

/**
 * Leads TLS connections to the AWS hosts in the table, and those to the ResponseURL of a custom resource, to the server of
 * ivschat-local, which has no certificate: they become plain connections.
 *
 * In AWS the ResponseURL is https, so many functions always use https to send their response, and some omit the port. Ours is http on a
 * loopback port. No other server is expected on port 443 of this machine.
 *
 * Every client of Node.js, `https`, `fetch` and undici included, opens its TLS connections with `tls.connect()`.
 */
exports.redirectTls = settings => {
  const connect = tls.connect;
  tls.connect = function (...args) {
    const { listener, options } = parseArguments(args);
    const isFree = options.socket === undefined && !speaksOnlyHttp2(options);
    const host = typeof options.host === 'string' ? normalize(options.host) : undefined;
    const port = Number(options.port);
    const isServed = port === 443 && settings.hosts.includes(host);
    const isResponseUrl = host === '127.0.0.1' && (port === 443 || port === settings.port);
    if (!isFree || !isServed && !isResponseUrl) return connect.apply(this, args);

    const kept = Object.fromEntries(KEPT_OPTIONS.filter(name => options[name] !== undefined).map(name => [name, options[name]]));
    const socket = net.connect({ ...kept, host: '127.0.0.1', port: settings.port });
    if (isServed) socket.write(require('./connect-request').connectRequest(settings, { host, port }));
    return pretendTls(socket, options.servername || host, listener);
  };
};

/** The forms of `tls.connect()`: `(options)`, `(port, host, options)` or `(path, options)`, each with a listener at the end. */
function parseArguments(args) {
  const [first, second] = args;
  const address = typeof first === 'object' && first !== null ? first : { port: first, host: typeof second === 'string' ? second : undefined };
  const more = args.slice(1).find(arg => typeof arg === 'object' && arg !== null);
  return { listener: args.find(arg => typeof arg === 'function'), options: { ...address, ...more } };
}

/** The server speaks HTTP/1.1. */
function speaksOnlyHttp2({ ALPNProtocols: protocols }) {
  return Array.isArray(protocols) && protocols.length > 0 && !protocols.includes('http/1.1');
}

/** Gives a plain socket what clients use of a TLS socket. */
function pretendTls(socket, servername, listener) {
  if (listener) socket.once('secureConnect', listener);
  socket.once('connect', () => {
    socket.secureConnecting = false;
    socket.emit('secureConnect');
  });
  return Object.assign(socket, {
    alpnProtocol: false,
    authorizationError: null,
    authorized: true,
    encrypted: true,
    secureConnecting: true,
    servername,
    getCipher: () => ({}),
    getPeerCertificate: () => ({}),
    getProtocol: () => 'TLSv1.3',
    getSession: () => undefined,
    isSessionReused: () => false,
  });
}
