import { parseArn } from '../arn';
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

const PARTIAL_ARN = /^(?:(\d{12}):)?(?:function:)?([A-Za-z0-9-_]+)(?::(\$LATEST|[A-Za-z0-9-_]+))?$/;

/**
 * Parses a reference to a function.
 *
 * @param text a name, a partial ARN or an ARN, each with or without a qualifier
 * @returns undefined if the text is none of these, or names a function of another account or region
 */
export function parseFunction(text: string, environment: Environment): FunctionReference | undefined {
  const arn = parseArn(text);
  if (arn && (arn.service !== 'lambda' || arn.region !== environment.region)) return undefined;
  const [, account = environment.account, functionName, qualifier] = PARTIAL_ARN.exec(arn ? `${arn.account}:${arn.resource}` : text) ?? [];
  if (!functionName || account !== environment.account) return undefined;
  return { functionName, qualifier };
}

/** The name of a function in messages, with its qualifier. */
export function functionLabel({ functionName, qualifier }: FunctionReference): string {
  return qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
}

export function functionArn(reference: FunctionReference, { account, region }: Environment): string {
  return `arn:aws:lambda:${region}:${account}:function:${functionLabel(reference)}`;
}
