import * as fs from 'fs';
import * as path from 'path';

const QUICK_STARTS = path.join(__dirname, 'quick-start');
const PAGES = path.join(__dirname, '..', '..', 'docs', 'languages');

/** The files of a quick start, each as "path\ncontent". */
function filesOf(folder: string): string[] {
  return fs.readdirSync(path.join(QUICK_STARTS, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .map(file => `${path.relative(path.join(QUICK_STARTS, folder), file)}\n${fs.readFileSync(file, 'utf8')}`);
}

/** The snippets of a page that have a path above them, each as "path\ncontent". */
function filesOnPage(language: string): string[] {
  const page = fs.readFileSync(path.join(PAGES, `${language}.md`), 'utf8');
  return [...page.matchAll(/^`(\S+)`:\n\n```[^\n]*\n(.*?)^```$/gms)].map(([, file, content]) => `${file}\n${content}`);
}

test.each([
  ['typescript', ['typescript']], ['python', ['python']], ['java', ['java-maven', 'java-gradle']], ['go', ['go']],
])('the quick start in %s shows all files, as they are tested', (language, folders) => {
  expect(filesOnPage(language).sort()).toEqual(folders.flatMap(filesOf).sort());
});

test('Maven and Gradle use the same dependencies', () => {
  const [pom, build] = ['java-maven/pom.xml', 'java-gradle/build.gradle'].map(file => fs.readFileSync(path.join(QUICK_STARTS, file), 'utf8'));
  const dependencies = /<dependency>\s*<groupId>(.*?)<\/groupId>\s*<artifactId>(.*?)<\/artifactId>\s*<version>(.*?)<\/version>/g;

  expect([...build.matchAll(/implementation '(.*?)'/g)].map(([, dependency]) => dependency))
    .toEqual([...pom.matchAll(dependencies)].map(match => match.slice(1).join(':')));
});
