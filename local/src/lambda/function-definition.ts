export interface FolderCode {
  readonly directory: string;
  /** Of a folder that changes: what it held. On the way back from a failed update it holds something else. */
  readonly fingerprint?: string;
}

/** A function as a template describes it, with every default filled in. */
export interface FunctionDefinition {
  readonly functionName: string;
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  readonly handler: string;
  readonly code: FolderCode | { readonly zipFile: string };
  readonly environment: Record<string, string>;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly roleArn: string;
  /** @default 'Text' */
  readonly logFormat?: string;
  /** @default '/aws/lambda/' and the name */
  readonly logGroup?: string;
  /** @default 'INFO', and only for JSON */
  readonly applicationLogLevel?: string;
  readonly reservedConcurrency?: number;
  /** @default 'x86_64' */
  readonly architecture?: string;
}
