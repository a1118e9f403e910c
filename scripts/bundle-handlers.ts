/** Bundles each function of handlers/ into assets/, with a notice of the packages they contain. */
import * as fs from 'fs';
import * as path from 'path';
import { buildSync } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices';

/** Where the SDK looks for credentials after the environment. In Lambda the environment always has them, so these are never loaded. */
const CREDENTIAL_PROVIDERS = [
  ...['http', 'ini', 'process', 'sso', 'web-identity'].map(kind => `@aws-sdk/credential-provider-${kind}`), '@smithy/credential-provider-imds',
];

const handlers = fs.readdirSync('handlers', { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);

const { metafile } = buildSync({
  entryPoints: handlers.map(name => ({ in: path.join('handlers', name, 'index.ts'), out: path.join(name, 'index') })),
  outdir: 'assets',
  bundle: true,
  platform: 'node',
  target: 'node24',
  minify: true,
  // The functions contain the SDK: that loads faster than the copy in the Lambda runtime, and we choose its version.
  // Of its ES modules esbuild keeps only what is used.
  mainFields: ['module', 'main'],
  external: CREDENTIAL_PROVIDERS,
  logLevel: 'warning',
  metafile: true,
});
// Of the output, not of the input: files that esbuild read and dropped need no notice.
const contained = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
fs.writeFileSync(path.join('assets', 'THIRD-PARTY-NOTICES'), thirdPartyNotices(contained));
