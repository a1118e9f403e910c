'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { HAS_CALLBACKS } = require('./invoke-handler');

const failure = (name, message) => Object.assign(new Error(message), { name });

/** Loads `folder/file.name` or `folder/file.object.name`. Looks for files in the same order as the AWS runtime. */
exports.loadHandler = async sdk => {
  const text = process.env._HANDLER;
  const [, folder, file, names] = /^(.*\/)?([^/.]+)\.([^/]+)$/.exec(text) ?? [];
  if (!file) throw failure('Runtime.MalformedHandlerName', `Handler must be the name of a file, a dot and the name of an export, got "${text}": use index.handler, for example.`);

  const loaded = await load(path.resolve(process.env.LAMBDA_TASK_ROOT, folder ?? '', file), sdk);
  const handler = names.split('.').reduce((value, name) => value?.[name], loaded);
  if (handler === undefined) throw failure('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  if (typeof handler !== 'function') throw failure('Runtime.HandlerNotFound', `${text} is not a function`);
  if (!HAS_CALLBACKS && handler.length >= 3) {
    throw failure('Runtime.CallbackHandlerDeprecated', `${text} takes a callback, which Lambda does not support since Node.js 24: return a promise.`);
  }
  return handler;
};

async function load(base, sdk) {
  const isModule = isInModulePackage(path.dirname(base));
  const candidates = [base, `${base}.js`, `${base}.mjs`, `${base}.cjs`];
  const found = candidates.find(candidate => fs.statSync(candidate, { throwIfNoEntry: false })?.isFile());
  const isEsm = found?.endsWith('.mjs') || found?.endsWith('.js') && isModule;
  try {
    if (found && (isEsm || importsSdk(found))) sdk.installForEsm();
    if (isEsm) return await import(pathToFileURL(found));
    return require(found ?? base);
  } catch (error) {
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw Object.assign(failure('Runtime.ImportModuleError', String(error)), { stack: error.stack });
    }
    if (error instanceof SyntaxError) throw Object.assign(failure('Runtime.UserCodeSyntaxError', String(error)), { stack: error.stack });
    throw error;
  }
}

/** A CommonJS file can load the SDK by import(), which requires the ESM hooks. */
function importsSdk(file) {
  return /\bimport\(\s*['"`]@(aws-sdk|smithy)\//.test(fs.readFileSync(file, 'utf8'));
}

/** Looks for the nearest package.json, as Node.js does. */
function isInModulePackage(folder) {
  for (let current = folder; current.startsWith(process.env.LAMBDA_TASK_ROOT); current = path.dirname(current)) {
    const file = path.join(current, 'package.json');
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
  }
  return false;
}
