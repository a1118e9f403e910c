'use strict';
const { syncBuiltinESMExports } = require('node:module');
const { guardConnections } = require('./network/guard');
const { redirectTls } = require('./network/redirect');
const { guardWorkers } = require('./network/workers');

/** The variable that the host process sets. */
const VARIABLE = 'IVSCHAT_LOCAL_NETWORK';

// Loads as little as possible, because every cold start takes as long: what only a connection needs is loaded for the first one.

/**
 * Leads connections to the AWS hosts that ivschat-local serves to its server, and refuses those to other AWS hosts and to the metadata
 * service, so that a client with another endpoint does not reach a real account.
 *
 * Protects from mistakes, not from code that wants to pass: child processes are not guarded.
 */
exports.install = () => {
  const settings = JSON.parse(process.env[VARIABLE]);
  redirectTls(settings);
  guardConnections(settings);
  guardWorkers({ [VARIABLE]: process.env[VARIABLE] });
  // For modules that import these functions by name.
  syncBuiltinESMExports();
};
