import * as fs from 'fs';
import * as path from 'path';
import { PHRASES, phrasesIn } from './support/phrases';

const root = path.join(__dirname, '..');

function filesBelow(folder: string, ...extensions: string[]): string[] {
  return fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => extensions.includes(path.extname(file)))
    .map(file => path.join(folder, file))
    .filter(file => !/(^|\/)(node_modules|cdk\.out|target|[^/]*\.snapshot)\//.test(file));
}

const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');
const allOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);

describe('troubleshooting', () => {
  const page = read('docs/troubleshooting.md');
  const source = filesBelow('src', '.ts').map(read).join('\n');
  const section = (title: string) => page.split(/^## /m).find(part => part.startsWith(title))!;

  test('lists every error code of the library, and no other', () => {
    const codes = [...allOf(source, /lit`(\w+)`/g), ...allOf(source, /\((Tag\w+|TooManyTags)\)`/g)];
    // An error of the CDK that users of this library see.
    const codeOfCdk = 'DependencyCycle';
    expect(allOf(section('Errors at synthesis'), /^### (\w+)$/gm).sort()).toEqual([...new Set([...codes, codeOfCdk])].sort());
  });

  test('lists every warning id of the library, and no other', () => {
    const ids = allOf(source, /warn\(\w+, '(\w+)'/g);
    expect(allOf(section('Warnings at synthesis'), /^### (\w+)$/gm).sort()).toEqual([...new Set(ids)].sort());
  });

  // The values in a message differ, the words between them do not.
  test('contains the message of every error', () => {
    const words = (text: string) => text.replace(/\s+/g, ' ');
    const templates = allOf(source, /validationError\(\w+, lit`\w+`,\s*[`'](.*)[`']\);/g);
    expect(templates.length).toBeGreaterThan(20);
    for (const template of templates) {
      const longest = template.split(/\$\{[^}]*\}/).sort((one, other) => other.length - one.length)[0];
      expect(words(page)).toContain(words(longest));
    }
  });
});

const READMES = [
  ...['live-chat', 'own-review', 'runtime-rooms'].map(name => `examples/${name}/README.md`),
  'bench/README.md', 'local/README.md', 'local/FIDELITY.md', 'review/README.md', 'review/python/README.md',
];
const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...READMES, ...filesBelow('docs', '.md')];

/** The anchors that GitHub generates for the headings of a page. */
const anchorsOf = (page: string) => allOf(page.replace(/```.*?```/gs, ''), /^#+ (.*)$/gm)
  .map(heading => heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));

describe.each(PAGES)('%s', file => {
  const links = allOf(read(file), /\]\(([^)]+)\)/g).filter(link => !link.startsWith('http'));

  test('all links lead to existing files and headings', () => {
    for (const link of links) {
      const [target, anchor] = link.split('#');
      const found = target ? path.join(path.dirname(file), target) : file;
      expect([link, fs.existsSync(path.join(root, found))]).toEqual([link, true]);
      if (anchor) expect(anchorsOf(read(found))).toContain(anchor);
    }
  });
});

describe('phrases that are hard to understand', () => {
  const FOLDERS = [
    'src', 'handlers', 'examples', 'test', 'bench', 'scripts', 'projenrc', ...['src', 'test', 'browser', 'examples'].map(name => `local/${name}`),
    ...['src', 'test', 'python'].map(name => `review/${name}`),
  ];
  const CODE = ['.projenrc.ts', ...FOLDERS.flatMap(folder => filesBelow(folder, '.ts', '.py', '.java', '.go'))];

  /** Quotes each phrase. */
  const WITH_EXAMPLES = 'test/support/phrases.ts';
  const CHECKED = [...PAGES, 'API.md', ...CODE].filter(file => file !== WITH_EXAMPLES);

  test.each(PHRASES)('finds "$example"', phrase => {
    const [first, ...rest] = phrase.example.split(' ');

    expect(phrasesIn(phrase.example, [phrase])).toHaveLength(1);
    expect(phrasesIn(`/**\n * ${[first, ...rest].join('\n * ')}\n */`, [phrase])).toHaveLength(1);
    expect(phrasesIn(`// ${[first, ...rest].join('\n  // ')}`, [phrase])).toHaveLength(1);
    expect(phrasesIn(phrase.instead)).toEqual([]);
  });

  test('are in no page, comment, message or test title', () => {
    const findings = CHECKED.flatMap(file => phrasesIn(read(file)).map(({ found, instead, line }) => `${file}:${line}: "${found}": write for example "${instead}"`));

    expect(CHECKED.length).toBeGreaterThan(30);
    expect(findings).toEqual([]);
  });
});
