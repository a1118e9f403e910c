/** Bundles the functions of handlers/ into assets/, with a notice of the packages they contain. */
import * as fs from 'fs';
import * as path from 'path';
import { build, type BuildOptions, buildSync } from 'esbuild';
import { smallerClients } from './smaller-clients';
import { thirdPartyNotices } from './third-party-notices';

/** Where the SDK looks for credentials after the environment. In Lambda the environment always has them, so these are never loaded. */
const CREDENTIAL_PROVIDERS = [
  ...['http', 'ini', 'process', 'sso', 'web-identity'].map(kind => `@aws-sdk/credential-provider-${kind}`), '@smithy/credential-provider-imds',
];

/** Functions that must start fast. They do not use the SDK. */
const FAST_FUNCTIONS = ['message-filter'];

/**
 * Functions that use the SDK of the Lambda runtime, because no user waits while it loads, and the package would be several times as large
 * with all the clients they need. They read the log, or belong to one that does.
 */
const WITH_RUNTIME_SDK = ['auto-moderator', 'chat-history', 'chat-history-pages'];
const RUNTIME_SDK_FOLDER = 'runtime-sdk';

/**
 * Bundles functions into one folder, as ES modules that share what several of them contain, such as the SDK.
 *
 * Each function loads a few more files than by itself, and a change of one deploys all: a function that must start fast needs a folder
 * of its own.
 *
 * @param folder folder in assets/
 * @param functions folders in handlers/
 * @returns the files whose code the bundle contains
 */
async function bundle(folder: string, functions: string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: functions.map(name => ({ in: path.join('handlers', name, 'index.ts'), out: path.join(name, 'index') })),
    outdir: path.join('assets', folder),
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'shared/[hash]',
    platform: 'node',
    target: 'node24',
    minify: true,
    // The functions contain the SDK: that loads faster than the copy in the Lambda runtime, and we choose its version.
    // Of its ES modules esbuild keeps only what is used.
    mainFields: ['module', 'main'],
    external: CREDENTIAL_PROVIDERS,
    plugins: [smallerClients],
    logLevel: 'warning',
    metafile: true,
  });
  // Of the output, not of the input: files that esbuild read and dropped need no notice.
  return Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
}

/**
 * Bundles a function that must start fast into a file in a folder of its own. CommonJS loads faster than an ES module.
 *
 * @param name folder in handlers/ and in assets/
 * @returns the files whose code the bundle contains
 */
function bundleAlone(name: string): string[] {
  return bundleFile(name, path.join(name, 'index.js'), {
    format: 'cjs',
    // Otherwise each letter of another alphabet takes six bytes.
    charset: 'utf8',
  });
}

/**
 * Bundles a function without the SDK into a file in the folder of such functions.
 *
 * @param name folder in handlers/, and in the folder in assets/
 * @returns the files whose code the bundle contains
 */
function bundleWithRuntimeSdk(name: string): string[] {
  return bundleFile(name, path.join(RUNTIME_SDK_FOLDER, name, 'index.mjs'), { format: 'esm', external: ['@aws-sdk/*'] });
}

function bundleFile(name: string, file: string, options: BuildOptions): string[] {
  const { metafile } = buildSync({
    entryPoints: [path.join('handlers', name, 'index.ts')],
    outfile: path.join('assets', file),
    bundle: true,
    platform: 'node',
    target: 'node24',
    minify: true,
    // Otherwise each field of a class is declared as well as assigned.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    logLevel: 'warning',
    metafile: true,
    ...options,
  });
  return Object.keys(metafile!.inputs);
}

async function main(): Promise<void> {
  const functions = fs.readdirSync('handlers', { withFileTypes: true }).map(({ name }) => name)
    .filter(name => fs.existsSync(path.join('handlers', name, 'index.ts')));
  // The names of shared files are hashes. Without this, the package would contain those of earlier bundles.
  fs.rmSync('assets', { recursive: true, force: true });
  const contained = [
    ...await bundle('functions', functions.filter(name => ![...FAST_FUNCTIONS, ...WITH_RUNTIME_SDK].includes(name))),
    ...FAST_FUNCTIONS.flatMap(bundleAlone),
    ...functions.filter(name => WITH_RUNTIME_SDK.includes(name)).flatMap(bundleWithRuntimeSdk),
  ];
  // The look-alikes of the message filter are data of Unicode, which is not a package.
  const unicode = `confusables.txt of Unicode (Unicode-3.0)\n\n${fs.readFileSync(path.join(__dirname, 'unicode-license.txt'), 'utf8')}`;
  fs.writeFileSync(path.join('assets', 'THIRD-PARTY-NOTICES'), `${thirdPartyNotices(contained)}\n${'-'.repeat(80)}\n\n${unicode}`);
}

void main();
