import type { Template } from './template';
import type { Environment } from '../environment';

/**
 * A file or folder on this disk that is deployed with a stack: the code of a function, or the template of a nested stack. A template written by
 * hand carries its own asset resolver.
 */
export type Asset = { readonly directory: string } | { readonly file: string; readonly asset?: FindAsset };

/** @param objectKeyOrHash the S3 key in a synthesized template; a relative path in one written by hand */
export type FindAsset = (objectKeyOrHash: string) => Asset | undefined;

/** A stack that is ready to be deployed. */
export interface LoadedStack {
  readonly name: string;
  /** Path in the app, as `--stack` takes it: `Chat`, or `Prod/Chat` in a stage. */
  readonly path: string;
  readonly template: Template;
  readonly environment: Environment;
  /** Paths of the stacks that must be deployed first. */
  readonly dependencies: string[];
  readonly parameters: Record<string, string>;
  readonly asset: FindAsset;
  /**
   * Folders and files that a template written by hand refers to, and which can change without it. Assets of an assembly get another name when
   * they change.
   */
  readonly watched: readonly string[];
}
