/**
 * Replaces the Go translations of the README's examples with those in rosetta/, in the tablet that `jsii-rosetta extract` has written.
 *
 * jsii-rosetta does not write valid Go: it imports version 1 of the CDK, does not qualify the names of structs, starts the names of methods
 * in lower case and omits optional arguments. pacmak copies the translations of the tablet into the packages.
 */
import * as fs from 'fs';
import * as path from 'path';

/** In the order of the examples. */
const TRANSLATIONS = ['readme-example.go', 'readme-tokens.go'];

const root = path.join(__dirname, '..');
const tabletFile = path.join(root, '.jsii.tabl.json');

interface Snippet {
  readonly location: { readonly api: { readonly api: string }; readonly field?: { readonly line: number } };
  readonly translations: Record<string, { source: string }>;
}

const tablet: { snippets: Record<string, Snippet> } = JSON.parse(fs.readFileSync(tabletFile, 'utf8'));
const examples = Object.values(tablet.snippets)
  .filter(({ location }) => location.api.api === 'moduleReadme')
  .sort((one, other) => one.location.field!.line - other.location.field!.line);
if (examples.length !== TRANSLATIONS.length) {
  throw new Error(`README.md must have ${TRANSLATIONS.length} TypeScript examples, got ${examples.length}: translate each to Go by hand`);
}
for (const [index, { translations }] of examples.entries()) {
  translations.go.source = fs.readFileSync(path.join(root, 'rosetta', TRANSLATIONS[index]), 'utf8').trimEnd();
}
fs.writeFileSync(tabletFile, JSON.stringify(tablet, undefined, 2));
