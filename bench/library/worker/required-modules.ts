import Module from 'module';

// Prints the modules of the CDK that the library requires when it is loaded, in that order. Node.js has no public way to see
// them. The default import is the module's own object; a namespace import would be a copy, and replacing its member would do nothing.
const internals = Module as unknown as { _load: (request: string, parent: { filename: string }, ...rest: unknown[]) => unknown };
const load = internals._load;
const requested = new Set<string>();
internals._load = function (request, parent, ...rest) {
  if (/^aws-cdk-lib(\/|$)/.test(request) && /[\\/]cdk-ivschat[\\/]/.test(parent.filename)) requested.add(request);
  return load.call(this, request, parent, ...rest);
};

// eslint-disable-next-line @typescript-eslint/no-require-imports
require('cdk-ivschat');
process.stdout.write(JSON.stringify([...requested]));
