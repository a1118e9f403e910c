import * as fs from 'node:fs';
import * as path from 'node:path';

/** The same path from `src` and from the compiled `lib`. */
const PAGE_FOLDER = path.resolve(__dirname, '..', '..', 'playground');
/** Served from node_modules: the chat client and uuid have licenses of their own and are not part of this package. */
const CHAT_CLIENT_FOLDER = path.resolve(require.resolve('amazon-ivs-chat-messaging'), '..', '..', 'esm');
const UUID_FOLDER = path.resolve(require.resolve('uuid', { paths: [CHAT_CLIENT_FOLDER] }), '..', 'esm-browser');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly content: string;
}

/** Files of the page and the modules that it imports. Only these files are served. */
export class PageFiles {
  private readonly files = new Map<string, string>();

  constructor() {
    this.add('/playground/', PAGE_FOLDER, Object.keys(CONTENT_TYPES));
    this.add('/playground/modules/amazon-ivs-chat-messaging/', CHAT_CLIENT_FOLDER, ['.js']);
    this.add('/playground/modules/uuid/', UUID_FOLDER, ['.js']);
    this.files.set('/', path.join(PAGE_FOLDER, 'index.html'));
  }

  public has(url: string): boolean {
    return this.files.has(url);
  }

  public async read(url: string): Promise<PageFile> {
    const file = this.files.get(url)!;
    const content = await fs.promises.readFile(file, 'utf8');
    return { type: CONTENT_TYPES[path.extname(file)], content: file.startsWith(CHAT_CLIENT_FOLDER) ? withModuleUrls(content) : content };
  }

  private add(prefix: string, folder: string, extensions: readonly string[]): void {
    for (const name of fs.readdirSync(folder, { encoding: 'utf8', recursive: true })) {
      if (extensions.includes(path.extname(name))) this.files.set(prefix + name, path.join(folder, name));
    }
  }
}

/** Replaces package names by URLs. An import map would be an inline script, which the content security policy forbids. */
function withModuleUrls(source: string): string {
  return source.replace(/from 'uuid'/g, "from '/playground/modules/uuid/index.js'");
}
