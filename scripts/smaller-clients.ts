import * as fs from 'fs';
import type { Plugin } from 'esbuild';

/** Leaves out what esbuild keeps of the clients of the AWS SDK although the functions do not use it. */
export const smallerClients: Plugin = {
  name: 'smaller-clients',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, ({ path }) => ({
      contents: withPlainKeys(fs.readFileSync(path, 'utf8')), loader: 'js',
    }));
    // The clients send their version to AWS.
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(fs.readFileSync(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * Writes computed keys of schemas as plain ones: `{ [_hQ]: _Q }`, where `_hQ` is a constant, as `{ "httpQuery": _Q }`.
 *
 * A computed key can have a side effect, so that esbuild keeps the schemas of all operations of a client. Those of AWS Lambda have
 * 40 kB, of which the functions need 2 kB.
 */
function withPlainKeys(code: string): string {
  const constants = new Map([...code.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, name, value]) => [name, value]));
  return code.replace(/\[(\w+)\]:/g, (key, name: string) => constants.has(name) ? `${constants.get(name)}:` : key);
}
