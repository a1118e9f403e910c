import * as fs from 'node:fs';
import * as path from 'node:path';

/** The same from `src` and from the compiled `lib`. */
const PAGE = path.resolve(__dirname, '..', '..', 'playground');
/** Served from where npm has put them, because they are under licences of their own and no part of this package. */
const CHAT_CLIENT = path.resolve(require.resolve('amazon-ivs-chat-messaging'), '..', '..', 'esm');
const UUID = path.resolve(require.resolve('uuid', { paths: [CHAT_CLIENT] }), '..', 'esm-browser');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly content: string;
}

/** The files of the page, and the modules of the chat client it imports. Nothing but what is in this table can be asked for. */
export class PageFiles {
  private readonly files = new Map<string, string>();

  constructor() {
    this.add('/playground/', PAGE, Object.keys(TYPES));
    this.add('/playground/modules/amazon-ivs-chat-messaging/', CHAT_CLIENT, ['.js']);
    this.add('/playground/modules/uuid/', UUID, ['.js']);
    this.files.set('/', path.join(PAGE, 'index.html'));
  }

  public has(url: string): boolean {
    return this.files.has(url);
  }

  public async read(url: string): Promise<PageFile> {
    const file = this.files.get(url)!;
    const content = await fs.promises.readFile(file, 'utf8');
    return { type: TYPES[path.extname(file)], content: file.startsWith(CHAT_CLIENT) ? withUrls(content) : content };
  }

  private add(prefix: string, folder: string, extensions: readonly string[]): void {
    for (const name of fs.readdirSync(folder, { encoding: 'utf8', recursive: true })) {
      if (extensions.includes(path.extname(name))) this.files.set(prefix + name, path.join(folder, name));
    }
  }
}

/** Browsers do not look into node_modules. An import map could say where uuid is, but it would be an inline script, which the page forbids. */
function withUrls(source: string): string {
  return source.replace(/from 'uuid'/g, "from '/playground/modules/uuid/index.js'");
}
