'use strict';
const path = require('node:path');
const threads = require('node:worker_threads');

const PRELOAD = ['--require', path.join(__dirname, 'worker.js')];

/** Installs the guard in worker threads, which have modules of their own, whatever environment or arguments they are started with. */
exports.guardWorkers = variables => {
  threads.Worker = class Worker extends threads.Worker {
    constructor(file, options) {
      const { env, execArgv = process.execArgv } = options ?? {};
      const hasOwnEnvironment = typeof env === 'object' && env !== null;
      super(file, { ...options, execArgv: [...PRELOAD, ...execArgv], ...hasOwnEnvironment && { env: { ...env, ...variables } } });
    }
  };
};
