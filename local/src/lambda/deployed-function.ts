import { rm } from 'node:fs/promises';
import type { FunctionReference } from './function-arn';
import type { Permission } from './permissions';
import type { FunctionVersion } from './function-version';

export interface FunctionUrl {
  readonly id: string;
  readonly authType: 'AWS_IAM' | 'NONE';
  readonly cors?: unknown;
}

/** A function with everything that hangs on its name. */
export class DeployedFunction {
  public readonly lastModified = new Date();
  /** Alias to version. */
  public readonly aliases = new Map<string, string>();
  /** By qualifier; what is not qualified has the empty one. */
  private readonly permissions = new Map<string, Map<string, Permission>>();
  private readonly urls = new Map<string, FunctionUrl>();
  private readonly versions = new Map<string, FunctionVersion>();
  private readonly all = new Set<FunctionVersion>();
  private lastVersion = 0;
  private lastPublished?: { readonly source: FunctionVersion; readonly label: string };
  /** All versions together. */
  public running = 0;

  constructor(private current: FunctionVersion) {
    this.all.add(current);
  }

  public get latest(): FunctionVersion {
    return this.current;
  }

  public update(version: FunctionVersion): void {
    this.current.retire();
    this.current = version;
    this.all.add(version);
  }

  /** Documented: without a change since the last one there is no new version. */
  public publish(): FunctionVersion {
    if (this.lastPublished?.source === this.current) {
      const existing = this.versions.get(this.lastPublished.label);
      if (existing) return existing;
    }
    const version = this.current.publish(String(++this.lastVersion));
    this.lastPublished = { source: this.current, label: version.label };
    this.versions.set(version.label, version);
    this.all.add(version);
    return version;
  }

  public deleteVersion(label: string): void {
    this.versions.get(label)?.retire();
    this.versions.delete(label);
  }

  public find({ qualifier }: FunctionReference): FunctionVersion | undefined {
    if (qualifier === undefined || qualifier === '$LATEST') return this.current;
    return this.versions.get(this.aliases.get(qualifier) ?? qualifier);
  }

  /** Where code with this fingerprint was copied to. */
  public folderWith(fingerprint: string): string | undefined {
    return [...this.all].find(({ definition: { code } }) => 'directory' in code && code.fingerprint === fingerprint)?.taskFolder;
  }

  public permissionsOf({ qualifier = '' }: FunctionReference): Map<string, Permission> {
    const permissions = this.permissions.get(qualifier) ?? new Map<string, Permission>();
    this.permissions.set(qualifier, permissions);
    return permissions;
  }

  public putUrl({ qualifier = '' }: FunctionReference, url: FunctionUrl): void {
    this.urls.set(qualifier, url);
  }

  public deleteUrl({ qualifier = '' }: FunctionReference): void {
    this.urls.delete(qualifier);
  }

  public findUrl(id: string): { url: FunctionUrl; qualifier?: string } | undefined {
    const found = [...this.urls].find(([, url]) => url.id === id);
    return found && { url: found[1], qualifier: found[0] || undefined };
  }

  /** Ends every process and removes the code. */
  public async close(): Promise<void> {
    await Promise.all([...this.all].map(version => version.close()));
    const roots = new Set([...this.all].map(version => version.codeRoot));
    await Promise.all([...roots].map(root => rm(root, { recursive: true, force: true })));
  }
}
