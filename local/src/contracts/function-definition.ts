export interface FolderCode {
  readonly directory: string;
  /** Hash of a folder that may change, so that the rollback of a failed update finds the earlier code. */
  readonly fingerprint?: string;
}

export interface ArchiveCode {
  /** Path of a zip file. */
  readonly archive: string;
  /** As of a folder. */
  readonly fingerprint?: string;
}

/** The properties of a function in a template, with defaults applied. */
export interface FunctionDefinition {
  readonly functionName: string;
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  readonly handler: string;
  readonly code: ArchiveCode | FolderCode | { readonly zipFile: string };
  /** Layers, of which a later one replaces files of an earlier one. @default - none */
  readonly layers?: readonly (ArchiveCode | FolderCode)[];
  readonly environment: Record<string, string>;
  readonly tags?: Record<string, string>;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly roleArn: string;
  /** @default 'Text' */
  readonly logFormat?: string;
  /** @default - `/aws/lambda/` and the function name */
  readonly logGroup?: string;
  /** Applies to the log format JSON only. @default 'INFO' */
  readonly applicationLogLevel?: string;
  readonly reservedConcurrency?: number;
  /** @default 'x86_64' */
  readonly architecture?: string;
}
