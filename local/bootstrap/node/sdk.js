'use strict';
// The Lambda runtime includes the AWS SDK for JavaScript. Here, only these packages resolve from the installation of ivschat-local:
// NODE_PATH would let the function find every package of the developer's project.
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const SDK = /^@(aws-sdk|smithy)\//;

let folder;

exports.install = installedIn => {
  folder = installedIn;
  const resolveFilename = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    try {
      return resolveFilename.call(this, request, parent, isMain, options);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' || !SDK.test(request)) throw error;
      try {
        return resolveFilename.call(this, request, parent, isMain, { paths: [folder] });
      } catch {
        throw error;
      }
    }
  };
};

/** Separate from `install()`, because it starts a thread and adds 20 ms to each cold start up to Node.js 22.14. */
exports.installForEsm = () => {
  const parentURL = pathToFileURL(path.join(folder, 'package.json')).href;
  if (!Module.registerHooks) return Module.register(pathToFileURL(path.join(__dirname, 'sdk-hooks.mjs')), { data: { parentURL } });
  return Module.registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (error.code !== 'ERR_MODULE_NOT_FOUND' || !SDK.test(specifier)) throw error;
        return next(specifier, { ...context, parentURL });
      }
    },
  });
};
