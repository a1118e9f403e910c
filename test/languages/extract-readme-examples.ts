/**
 * Writes the example of the README in each language into the quick start of that language, where it can be compiled and run.
 *
 * The first argument is a folder with the README of each package, the second one the folder of the quick starts.
 */
import * as fs from 'fs';
import * as path from 'path';

const [readmes, quickStarts] = process.argv.slice(2);

function read(file: string): string {
  return fs.readFileSync(path.join(readmes, file), 'utf8');
}

function write(file: string, code: string): void {
  const target = path.join(quickStarts, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, `${code.trimEnd()}\n`);
}

function only(matches: RegExpMatchArray[], file: string): string {
  if (matches.length !== 1) throw new Error(`${file} must have one example that is a whole app, got ${matches.length}`);
  return matches[0][1];
}

/** The code between the fences of the only snippet in a language that is a whole app. */
function exampleInMarkdown(file: string, fence: string): string {
  const examples = [...read(file).matchAll(new RegExp(`^\`\`\`${fence}\\b[^\\n]*\\n(.*?)^\`\`\``, 'gms'))];
  return only(examples.filter(([, code]) => /\.synth\(/i.test(code)), file);
}

/** The only block of preformatted text with an import. */
function exampleInJavadoc(file: string): string {
  const text = read(file).replace(/^ \* ?/gm, '');
  const blocks = [...text.matchAll(/<pre>\n(.*?)<\/pre>/gs)].filter(([, block]) => block.startsWith('import '));
  return only(blocks, file).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&#64;/g, '@').replace(/&amp;/g, '&');
}

/** The README says that the statements belong in a `main` method, and that `java.util.List` is to be imported. */
function javaClass(example: string): string {
  const lines = example.split('\n');
  const imports = lines.filter(line => line.startsWith('import '));
  const statements = lines.filter(line => !line.startsWith('import '));
  return [
    'package com.example.chat;', ...imports, 'import java.util.List;',
    'public final class Readme { public static void main(final String[] args) {', ...statements, '} }',
  ].join('\n');
}

write('typescript/readme.ts', exampleInMarkdown('typescript.md', 'ts'));
write('python/readme.py', exampleInMarkdown('python.md', 'python'));
write('java-maven/src/main/java/com/example/chat/Readme.java', javaClass(exampleInJavadoc('java.javadoc')));
write('go/readme/main.go', exampleInMarkdown('go.md', 'go'));
