import { ExpectedError } from '../../expected-error';
import { fileHash, folderHash } from '../folder-hash';
import type { Properties } from '../resource-type';
import type { ArchiveCode, FolderCode } from '../services';
import type { LoadedStack } from '../source';

/** The files that a property such as Code refers to. @param value an S3 location, or a path in a template written by hand */
export function assetOf(property: string, value: Properties | string, source: LoadedStack, fingerprint?: string): ArchiveCode | FolderCode {
  const key: string | undefined = typeof value === 'string' ? value : value.S3Key;
  if (key === undefined) throw new ExpectedError(`${property} must have an S3Key${property === 'Code' ? ' or a ZipFile' : ''}.`);
  const asset = source.asset(key);
  if (!asset) throw new ExpectedError(`${property} ${key} must be an asset of the app: it does not exist on this machine.`);
  if ('file' in asset && !asset.file.endsWith('.zip')) throw new ExpectedError(`${property} must be a folder or a .zip file, got the file ${asset.file}.`);
  const code = 'file' in asset ? { archive: asset.file } : { directory: asset.directory };
  return fingerprint === undefined ? code : { ...code, fingerprint };
}

/** Fingerprint of the files that a property refers to. Only those of a template written by hand change without their name. */
export function fingerprintOf(value: unknown, { asset: find, watched }: LoadedStack): string | undefined {
  const asset = typeof value === 'string' ? find(value) : undefined;
  if (!asset) return undefined;
  const location = 'file' in asset ? asset.file : asset.directory;
  if (!watched.includes(location)) return undefined;
  return 'file' in asset ? fileHash(location) : folderHash(location);
}
