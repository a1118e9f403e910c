import { Refusal } from './refusal';
import { HttpError } from '../http/http-error';
import type { Functions } from '../lambda/functions';

const SERVICE = 'apigateway.amazonaws.com';

export interface ApiFunctionCall {
  readonly functionArn: string;
  readonly event: unknown;
  readonly requestId: string;
  /** The ARN that the resource policy of the function has to allow. */
  readonly sourceArn: string;
  readonly timeoutMilliseconds: number;
}

/**
 * Invokes a function for API Gateway.
 *
 * @returns its result
 * @throws Refusal if the permission is missing, the function fails, or it takes too long
 */
export async function invokeFunction(functions: Pick<Functions, 'invoke' | 'mayInvoke'>, call: ApiFunctionCall): Promise<string> {
  const { event, functionArn, requestId, sourceArn, timeoutMilliseconds } = call;
  if (!functions.mayInvoke(functionArn, sourceArn, SERVICE)) {
    throw new Refusal(500, `the resource policy of ${functionArn} must allow ${SERVICE} to call lambda:InvokeFunction with the source ARN ${sourceArn}`);
  }
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Refusal(503, `${functionArn} has not responded in ${timeoutMilliseconds} ms`)), timeoutMilliseconds);
  });
  try {
    const { functionError, payload } = await Promise.race([functions.invoke(functionArn, JSON.stringify(event), { requestId }), timeout]);
    if (functionError !== undefined) throw new Refusal(500, `${functionArn} failed`);
    return payload;
  } catch (error) {
    if (error instanceof HttpError) throw new Refusal(error.status === 429 ? 503 : 500, error.message);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
