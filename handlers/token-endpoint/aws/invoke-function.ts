import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientOptions } from './client-options';

/** In milliseconds. Callers limit the whole call themselves. */
const ATTEMPT_TIMEOUT = 12_000;

const client = new LambdaClient(clientOptions(ATTEMPT_TIMEOUT));

/** The function itself failed. The message is left out of `message`, because it may contain anything. */
export class FunctionError extends Error {
  constructor(public readonly errorType: string, public readonly errorMessage: string) {
    super(errorType);
    this.name = 'FunctionError';
  }
}

/**
 * Invokes a function and waits for its result.
 *
 * @throws FunctionError, or an error of the SDK
 */
export async function invokeFunction(functionArn: string, payload: object, abortSignal: AbortSignal): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(payload)) });
  const { FunctionError: failure, Payload } = await client.send(command, { abortSignal });
  const result = parse(Buffer.from(Payload ?? []).toString());
  if (failure === undefined) return result;
  const { errorMessage = '', errorType = failure } = (result ?? {}) as { errorMessage?: unknown; errorType?: unknown };
  throw new FunctionError(String(errorType), String(errorMessage));
}

/** Invokes a function without waiting for it. */
export async function sendToFunction(functionArn: string, payload: object, abortSignal: AbortSignal): Promise<void> {
  await client.send(new InvokeCommand({
    FunctionName: functionArn, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(payload)),
  }), { abortSignal });
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // The error message would contain the payload.
    throw new FunctionError('result is not JSON', '');
  }
}
