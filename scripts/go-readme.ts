/**
 * Replaces the Go translation of the README's example with rosetta/readme-example.go, in the tablet that `jsii-rosetta extract` has written.
 *
 * jsii-rosetta does not write valid Go: it imports version 1 of the CDK, does not qualify the names of structs, starts the names of methods
 * in lower case and omits optional arguments. pacmak copies the translations of the tablet into the packages.
 */
import * as fs from 'fs';
import * as path from 'path';

const root = path.join(__dirname, '..');
const tabletFile = path.join(root, '.jsii.tabl.json');

interface Snippet {
  readonly location: { readonly api: { readonly api: string } };
  readonly translations: Record<string, { source: string }>;
}

const tablet: { snippets: Record<string, Snippet> } = JSON.parse(fs.readFileSync(tabletFile, 'utf8'));
const examples = Object.values(tablet.snippets).filter(({ location }) => location.api.api === 'moduleReadme');
if (examples.length !== 1) throw new Error(`README.md must have one TypeScript example, got ${examples.length}: translate each to Go by hand`);
examples[0].translations.go.source = fs.readFileSync(path.join(root, 'rosetta', 'readme-example.go'), 'utf8').trimEnd();
fs.writeFileSync(tabletFile, JSON.stringify(tablet, undefined, 2));
