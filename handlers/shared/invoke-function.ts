import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

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
export async function invokeWith(client: LambdaClient, functionArn: string, payload: object, abortSignal: AbortSignal): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(payload)) });
  const { FunctionError: failure, Payload } = await client.send(command, { abortSignal });
  const result = parse(Buffer.from(Payload ?? []).toString());
  if (failure === undefined) return result;
  const { errorMessage = '', errorType = failure } = (result ?? {}) as { errorMessage?: unknown; errorType?: unknown };
  throw new FunctionError(String(errorType), String(errorMessage));
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // The error message would contain the payload.
    throw new FunctionError('result is not JSON', '');
  }
}
