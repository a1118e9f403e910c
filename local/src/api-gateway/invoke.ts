import { HttpError } from '../http/http-error';
import type { Functions } from '../lambda/functions';

const SERVICE = 'apigateway.amazonaws.com';

/** Functions as far as API Gateway uses them. */
export type ApiFunctions = Pick<Functions, 'invoke' | 'mayInvoke'>;

export interface ApiFunctionCall {
  readonly functionArn: string;
  readonly event: unknown;
  readonly requestId: string;
  /** The ARN that the resource policy of the function has to allow. */
  readonly sourceArn: string;
  readonly timeoutMilliseconds: number;
}

/** An invocation without a result, which each kind of API reports with a status of its own. */
export class InvocationFailure extends Error {
  constructor(readonly kind: 'failed' | 'forbidden' | 'rejected' | 'throttled' | 'timeout', message: string) {
    super(message);
  }
}

/**
 * Invokes a function for API Gateway.
 *
 * @returns its result
 * @throws InvocationFailure if the permission is missing, the function fails, or it takes too long
 */
export async function invokeFunction(functions: ApiFunctions, call: ApiFunctionCall): Promise<string> {
  const { event, functionArn, requestId, sourceArn, timeoutMilliseconds } = call;
  if (!functions.mayInvoke(functionArn, sourceArn, SERVICE)) {
    throw new InvocationFailure('forbidden', `the resource policy of ${functionArn} must allow ${SERVICE} to call lambda:InvokeFunction with the source ARN ${sourceArn}`);
  }
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InvocationFailure('timeout', `${functionArn} has not responded in ${timeoutMilliseconds} ms`)), timeoutMilliseconds);
  });
  try {
    const { functionError, payload } = await Promise.race([functions.invoke(functionArn, JSON.stringify(event), { requestId }), timeout]);
    if (functionError !== undefined) throw new InvocationFailure('failed', `${functionArn} failed`);
    return payload;
  } catch (error) {
    if (error instanceof HttpError) throw new InvocationFailure(error.status === 429 ? 'throttled' : 'rejected', error.message);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
