import type { OutgoingHttpHeaders } from 'node:http';

/** A response of API Gateway instead of the function's. The reason is logged, but not sent to the caller. */
export class ApiRefusal extends Error {
  /**
   * @param body the message of the response
   * @param text the whole response, which has only the message by default
   */
  constructor(
    readonly status: number, readonly body: string, readonly reason: string, readonly headers: OutgoingHttpHeaders = {},
    readonly text = JSON.stringify({ message: body }),
  ) {
    super(reason);
  }
}
