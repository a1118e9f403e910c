/** Adds a table of contents to API.md, which jsii-docgen writes without one. */
import * as fs from 'fs';
import * as path from 'path';

const file = path.join(__dirname, '..', 'API.md');
const page = fs.readFileSync(file, 'utf8');

const [, ...sections] = page.split(/^## /m);
const contents = sections.map(section => {
  const title = section.slice(0, section.indexOf(' '));
  const entries = [...section.matchAll(/^### (\w+) <a name="[^"]*" id="([^"]+)">/gm)].map(([, name, anchor]) => `[${name}](#${anchor})`);
  return `- **${title}:** ${entries.join(', ')}`;
});

const heading = page.slice(0, page.indexOf('\n') + 1);
fs.writeFileSync(file, `${heading}\n${contents.join('\n')}\n${page.slice(heading.length)}`);
