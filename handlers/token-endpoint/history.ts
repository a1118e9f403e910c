import { describe, toUnavailable } from './aws/aws-failure';
import type { Deadline } from './aws/deadline';
import { invalidRequest } from './http/refusal';
import type { RequestLog } from './http/request-log';
import type { Room } from './rooms';
import { type HistoryPageRequest, MAX_PAGE_SIZE } from '../../src/history/history-page';

type Fields = Readonly<Record<string, unknown>>;

/** In milliseconds. */
const TIMEOUT = 10_000;
/** No longer than a slow CreateChatToken, which is called at the same time. */
const TIMEOUT_WITH_TOKEN = 4_500;

/** Reads messages with the page function of `ChatHistory`, for users who passed the gate. */
export class HistoryReader {
  constructor(private readonly pageFunctionArn: string) {}

  /**
   * Returns the page that a request asks for. The function checks what the request contains.
   *
   * @throws Refusal
   */
  public async page({ id }: Room, { before, limit }: Fields, deadline: Deadline): Promise<object> {
    const { FunctionError } = await import('./aws/invoke-function');
    return this.read({ roomId: id, limit, before } as HistoryPageRequest, deadline.signal(TIMEOUT)).catch((error: unknown) => {
      if (error instanceof FunctionError && error.errorType === 'InvalidHistoryRequest') throw invalidRequest(error.errorMessage);
      throw toUnavailable('history function', error);
    });
  }

  /**
   * Starts to read as many of the newest messages as a request for a token asks for.
   *
   * @returns undefined if it asks for none, otherwise a promise that does not reject: without a history, the user still gets a token
   * @throws Refusal if the number is invalid
   */
  public newest({ id }: Room, { history: limit }: Fields, deadline: Deadline, log: RequestLog): Promise<object | null> | undefined {
    if (limit === undefined) return undefined;
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_SIZE) {
      throw invalidRequest(`history must be a whole number from 1 to ${MAX_PAGE_SIZE}.`);
    }
    return this.read({ roomId: id, limit }, deadline.signal(TIMEOUT_WITH_TOKEN)).catch((error: unknown) => {
      log.add({ historyNotRead: describe('history function', error) });
      return null;
    });
  }

  private async read(request: HistoryPageRequest, signal: AbortSignal): Promise<object> {
    // Most endpoints have no history.
    const { invokeFunction } = await import('./aws/invoke-function');
    const page = await invokeFunction(this.pageFunctionArn, request, signal);
    if (!Array.isArray((page as { messages?: unknown } | null | undefined)?.messages)) throw new Error('the answer has no messages');
    return page as object;
  }
}
