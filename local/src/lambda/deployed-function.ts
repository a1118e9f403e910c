import { rm } from 'node:fs/promises';
import type { FunctionReference } from './function-arn';
import type { FunctionVersion } from './function-version';
import type { Permission } from '../contracts/permission';

export interface FunctionUrl {
  readonly id: string;
  readonly authType: 'AWS_IAM' | 'NONE';
  readonly cors?: unknown;
}

/** A function with its versions, aliases, permissions and URLs. */
export class DeployedFunction {
  public readonly lastModified = new Date();
  /** Versions by alias. */
  public readonly aliases = new Map<string, string>();
  /** By qualifier, which is empty for the unqualified function. */
  private readonly permissions = new Map<string, Map<string, Permission>>();
  private readonly urls = new Map<string, FunctionUrl>();
  private readonly versions = new Map<string, FunctionVersion>();
  /** All whose code is kept: the current one, the published ones, and the previous one, to which a rollback returns. */
  private readonly keptVersions = new Set<FunctionVersion>();
  /** Their processes have not finished yet. */
  private readonly outdatedVersions = new Set<FunctionVersion>();
  private previous?: FunctionVersion;
  private lastVersion = 0;
  private lastPublished?: { readonly source: FunctionVersion; readonly label: string };
  /** Concurrent invocations of all versions together. */
  public runningInvocations = 0;

  constructor(private current: FunctionVersion) {
    this.keptVersions.add(current);
  }

  public get latest(): FunctionVersion {
    return this.current;
  }

  public update(version: FunctionVersion): void {
    const outdated = this.previous;
    void this.current.retire();
    this.previous = this.current;
    this.current = version;
    this.keptVersions.add(version);
    if (outdated) void this.discard(outdated);
  }

  /** Returns the last published version if nothing has changed since, as AWS documents. */
  public publish(): FunctionVersion {
    if (this.lastPublished?.source === this.current) {
      const existing = this.versions.get(this.lastPublished.label);
      if (existing) return existing;
    }
    const version = this.current.publish(String(++this.lastVersion));
    this.lastPublished = { source: this.current, label: version.label };
    this.versions.set(version.label, version);
    this.keptVersions.add(version);
    return version;
  }

  public deleteVersion(label: string): void {
    const version = this.versions.get(label);
    this.versions.delete(label);
    if (version) void this.discard(version);
  }

  public find({ qualifier }: FunctionReference): FunctionVersion | undefined {
    if (qualifier === undefined || qualifier === '$LATEST') return this.current;
    return this.versions.get(this.aliases.get(qualifier) ?? qualifier);
  }

  /** Finds the copy of the code with a fingerprint. */
  public findCodeCopy(fingerprint: string): string | undefined {
    return [...this.keptVersions].find(({ definition: { code } }) => !('zipFile' in code) && code.fingerprint === fingerprint)?.taskFolder;
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

  /** Kills all processes and removes the code. */
  public async close(): Promise<void> {
    const all = [...this.keptVersions, ...this.outdatedVersions];
    await Promise.all(all.map(version => version.close()));
    const roots = new Set(all.map(version => version.codeRoot));
    await Promise.all([...roots].map(removeFolder));
  }

  /** Removes the code of a version when its processes have finished, unless another version has the same code. */
  private async discard(version: FunctionVersion): Promise<void> {
    this.keptVersions.delete(version);
    this.outdatedVersions.add(version);
    await version.retire();
    this.outdatedVersions.delete(version);
    const isUsed = [...this.keptVersions, ...this.outdatedVersions].some(({ codeRoot }) => codeRoot === version.codeRoot);
    // What cannot be removed now is removed with the work folder.
    if (!isUsed) await removeFolder(version.codeRoot).catch(() => undefined);
  }
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
