/** A function as a template describes it, with every default filled in. */
export interface FunctionDefinition {
  readonly functionName: string;
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  readonly handler: string;
  readonly code: { readonly directory: string } | { readonly zipFile: string };
  readonly environment: Record<string, string>;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly roleArn: string;
  /** @default 'Text' */
  readonly logFormat?: string;
  /** @default 'INFO', and only for JSON */
  readonly applicationLogLevel?: string;
  readonly reservedConcurrency?: number;
  /** @default 'x86_64' */
  readonly architecture?: string;
}
