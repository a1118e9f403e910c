import { describe } from './aws/aws-failure';
import type { Deadline } from './aws/deadline';
import type { RequestLog } from './http/request-log';
import type { ReportTokenLifeRequest } from '../../src/tokens/ban-request';

/** In seconds. What `ChatBans` assumes unless it was told otherwise. */
const KNOWN_LIFE = 60;
/** In milliseconds. */
const TIMEOUT = 2_000;

/**
 * Tells `ChatBans` for how long tokens can be used, which AWS does not document: as long as that after a ban, the user can come back with a
 * token from before.
 */
export class TokenLifeReporter {
  private longest = KNOWN_LIFE;

  constructor(private readonly bansFunctionArn: string) {}

  /** Reports each life that is longer than all before, once. Does not throw, because the user has a right to the token. */
  public async observe(expiration: Date, deadline: Deadline, log: RequestLog): Promise<void> {
    const seconds = Math.ceil((expiration.getTime() - Date.now()) / 1_000);
    if (!(seconds > this.longest)) return;
    this.longest = seconds;
    const request: ReportTokenLifeRequest = { action: 'reportTokenLife', seconds };
    try {
      const { sendToFunction } = await import('./aws/invoke-function');
      await sendToFunction(this.bansFunctionArn, request, deadline.signal(TIMEOUT));
    } catch (error) {
      log.add({ tokenLifeNotReported: describe('reportTokenLife', error) });
    }
  }
}
