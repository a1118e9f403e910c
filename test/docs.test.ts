import * as fs from 'fs';
import * as path from 'path';

const root = path.join(__dirname, '..');

function filesBelow(folder: string, extension: string): string[] {
  return fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(extension))
    .map(file => path.join(folder, file));
}

const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');
const allOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);

describe('troubleshooting', () => {
  const page = read('docs/troubleshooting.md');
  const source = filesBelow('src', '.ts').map(read).join('\n');
  const section = (title: string) => page.split(/^## /m).find(part => part.startsWith(title))!;

  test('has every code of an error, and no other', () => {
    const codes = [...allOf(source, /lit`(\w+)`/g), ...allOf(source, /\((Tag\w+|TooManyTags)\)`/g)];
    // The one of the CDK that people meet with this library.
    expect(allOf(section('Errors at synthesis'), /^### (\w+)$/gm).sort()).toEqual([...new Set([...codes, 'DependencyCycle'])].sort());
  });

  test('has every id of a warning, and no other', () => {
    const ids = allOf(source, /warn\(\w+, '(\w+)'/g);
    expect(allOf(section('Warnings at synthesis'), /^### (\w+)$/gm).sort()).toEqual([...new Set(ids)].sort());
  });

  // What is given and where differs; the words between do not.
  test('has the words of every error', () => {
    const words = (text: string) => text.replace(/\s+/g, ' ');
    const templates = allOf(source, /validationError\(\w+, lit`\w+`,\s*[`'](.*)[`']\);/g);
    expect(templates.length).toBeGreaterThan(20);
    for (const template of templates) {
      const longest = template.split(/\$\{[^}]*\}/).sort((one, other) => other.length - one.length)[0];
      expect(words(page)).toContain(words(longest));
    }
  });
});

/** As GitHub makes them of headings. */
const anchorsOf = (page: string) => allOf(page.replace(/```.*?```/gs, ''), /^#+ (.*)$/gm)
  .map(heading => heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));

describe.each(['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md')])('%s', file => {
  const links = allOf(read(file), /\]\(([^)]+)\)/g).filter(link => !link.startsWith('http'));

  test('links to what is there', () => {
    for (const link of links) {
      const [target, anchor] = link.split('#');
      const found = target ? path.join(path.dirname(file), target) : file;
      expect([link, fs.existsSync(path.join(root, found))]).toEqual([link, true]);
      if (anchor) expect(anchorsOf(read(found))).toContain(anchor);
    }
  });
});
