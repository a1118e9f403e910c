import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientOptions } from './client-options';
import { FunctionError, invokeWith } from '../../shared/invoke-function';

export { FunctionError };

/** In milliseconds. Callers limit the whole call themselves. */
const ATTEMPT_TIMEOUT = 12_000;

const client = new LambdaClient(clientOptions(ATTEMPT_TIMEOUT));

/**
 * Invokes a function and waits for its result.
 *
 * @throws FunctionError, or an error of the SDK
 */
export async function invokeFunction(functionArn: string, payload: object, abortSignal: AbortSignal): Promise<unknown> {
  return invokeWith(client, functionArn, payload, abortSignal);
}

/** Invokes a function without waiting for it. */
export async function sendToFunction(functionArn: string, payload: object, abortSignal: AbortSignal): Promise<void> {
  await client.send(new InvokeCommand({
    FunctionName: functionArn, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(payload)),
  }), { abortSignal });
}
