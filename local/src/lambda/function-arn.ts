import type { Environment } from '../environment';

export interface FunctionReference {
  readonly functionName: string;
  /**
   * A version, an alias or `$LATEST`.
   *
   * @default - the unpublished version, with permissions of its own
   */
  readonly qualifier?: string;
}

const FUNCTION = /^(?:arn:aws[a-z-]*:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9-_]+)(?::(\$LATEST|[A-Za-z0-9-_]+))?$/;

/**
 * Parses a reference to a function.
 *
 * @param text a name, a partial ARN or an ARN, each with or without a qualifier
 * @returns undefined if the text is none of these, or names a function of another account or region
 */
export function parseFunction(text: string, environment: Environment): FunctionReference | undefined {
  const [, region = environment.region, account = environment.account, functionName, qualifier] = FUNCTION.exec(text) ?? [];
  if (!functionName || region !== environment.region || account !== environment.account) return undefined;
  return { functionName, qualifier };
}

export function functionArn({ functionName, qualifier }: FunctionReference, environment: Environment): string {
  const arn = `arn:aws:lambda:${environment.region}:${environment.account}:function:${functionName}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}
