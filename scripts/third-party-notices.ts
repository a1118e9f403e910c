import * as fs from 'fs';
import * as path from 'path';

/** Licences that allow redistribution in a bundle as long as their text is kept. */
const PERMISSIVE_LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The licence, and the NOTICE that Apache-2.0 requires to be passed on. */
  readonly text: string;
}

/** For packages that name this licence but contain no file with it, such as some of the AWS SDK. */
const APACHE_LICENSE = path.join(__dirname, '..', 'LICENSE');

/**
 * Renders the attribution of all packages whose code is in a bundle, each licence text once.
 *
 * Throws if a package has no permissive licence or its text is unknown.
 *
 * @param files inputs of the bundles, of which those below `node_modules` count
 */
export function thirdPartyNotices(files: string[]): string {
  const directories = [...new Set(files.flatMap(file => packageDirectoryOf(path.resolve(file)) ?? []))];
  const packages = directories.map(readPackage).sort((one, other) => titleOf(one).localeCompare(titleOf(other), 'en'));
  const titlesByText = new Map<string, Set<string>>();
  for (const bundled of packages) {
    titlesByText.set(bundled.text, (titlesByText.get(bundled.text) ?? new Set()).add(titleOf(bundled)));
  }
  const sections = [...titlesByText].map(([text, titles]) => `${[...titles].join('\n')}\n\n${text}\n`);
  return ['The functions in this package contain code of the following packages.\n', ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}

function titleOf({ name, version, license }: BundledPackage): string {
  return `${name} ${version} (${license})`;
}

/** The innermost package, because packages may be nested. */
function packageDirectoryOf(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(file)?.[0];
}

function readPackage(directory: string): BundledPackage {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'));
  if (!PERMISSIVE_LICENSES.includes(license)) {
    throw new Error(`license of the bundled package ${name} must be one of ${PERMISSIVE_LICENSES.join(', ')}, got ${license}: use another package`);
  }
  const files = fs.readdirSync(directory).sort().map(file => path.join(directory, file));
  const licenses = files.filter(file => /^(licen[cs]e|copying)/i.test(path.basename(file)));
  if (licenses.length === 0 && license === 'Apache-2.0') licenses.push(APACHE_LICENSE);
  if (licenses.length === 0) throw new Error(`The bundled package ${name} must contain its licence text, got none: use another version or package`);
  const notices = files.filter(file => /^notice/i.test(path.basename(file)));
  return { name, version, license, text: [...licenses, ...notices].map(file => fs.readFileSync(file, 'utf8').trim()).join('\n\n') };
}
