'use strict';
// Lambda's runtime has the AWS SDK for JavaScript. Here it comes from the packages installed beside ours, and nothing else does:
// a NODE_PATH would let the function find every package of the developer's project.
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

/** Of its own, because up to Node.js 22.14 it takes a thread and 20 ms of each cold start. */
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
