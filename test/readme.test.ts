import * as fs from 'fs';
import * as path from 'path';

const root = path.join(__dirname, '..');
const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));

/** The anchors that GitHub generates for the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...page.replace(/```.*?```/gs, '').matchAll(/^#+ (.*)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}

describe('README', () => {
  // The pages of registries do not resolve relative links.
  test('has only absolute links, and links to its own headings', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);

    expect(links.filter(link => !/^(https:|#)/.test(link))).toEqual([]);
  });

  test('links to existing files and headings of the repository', () => {
    const links = [...readme.matchAll(/https:\/\/(?:github\.com|raw\.githubusercontent\.com)\/cdk-ivschat\/cdk-ivschat\/(?:(?:blob|tree)\/)?main\/([^)\s]+)/g)];
    const broken = links.map(([, link]) => link).filter(link => {
      const [file, anchor] = link.split('#');
      if (!fs.existsSync(path.join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(fs.readFileSync(path.join(root, file), 'utf8')).includes(anchor);
    });

    expect(links.length).toBeGreaterThan(20);
    expect(broken).toEqual([]);
  });

  // Javadoc and C# documentation show the source of a table.
  test('has no tables', () => {
    expect(readme).not.toMatch(/^\|/m);
  });

  test('has badges that match package.json', () => {
    const badges = [...readme.matchAll(/img\.shields\.io\/badge\/([^)]+)\)/g)].map(([, badge]) => decodeURIComponent(badge).replaceAll('--', ' ').split('-'));

    expect(badges.map(([label, message]) => `${label}: ${message}`.replaceAll(' ', '-'))).toEqual([
      `license:-${manifest.license}`,
      `aws-cdk-lib:-≥-${manifest.peerDependencies['aws-cdk-lib'].replace('^', '')}`,
      `Node.js:-≥-${manifest.engines.node.match(/\d+/)[0]}`,
    ]);
  });

  // Each package contains the examples in its own language.
  test('has two examples, of at most 15 lines each', () => {
    const examples = [...readme.matchAll(/^```ts[^\n]*\n(.*?)^```/gms)].map(([, code]) => code.trimEnd().split('\n'));

    expect(examples).toHaveLength(2);
    for (const lines of examples) expect(lines.length).toBeLessThanOrEqual(15);
  });
});
