'use strict';

/** The start of a connection to the server of ivschat-local: it is of this function, and for this host. See src/lambda/network/. */
exports.connectRequest = (settings, target) => request(settings, target, []);

/** Reports that a connection has been refused. `address` is what the host resolves to, if that is the reason. */
exports.refusalReport = (settings, { address, ...target }) => request(settings, target, [`X-Ivschat-Local-Refused: ${address ?? 'name'}`]);

function request({ functionName, secret }, { host, port }, headers) {
  return [
    `CONNECT ${host.includes(':') ? `[${host}]` : host}:${port} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Proxy-Authorization: Bearer ${secret}`,
    `X-Ivschat-Local-Function: ${functionName}`,
    ...headers,
    '\r\n',
  ].join('\r\n');
}
