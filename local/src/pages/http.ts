import type { IncomingMessage, ServerResponse } from 'node:http';
import { createToken } from './chat-tokens';
import { HttpError } from '../http/http-error';
import { answerPage } from '../http/page-request';
import type { ControlPlane } from '../ivschat/api/control-plane';
import { recordRequest } from '../ivschat/api/request-log';

const TOKENS_PATH = '/tokens';

/**
 * Handles the requests of pages and programs on this machine that need no AWS signature.
 *
 * @returns false if the request is for something else
 */
export async function handlePages(controlPlane: ControlPlane, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  if ((req.url ?? '').split('?')[0] !== TOKENS_PATH) return false;
  const record = (status: number, target?: string, error?: HttpError) =>
    recordRequest(controlPlane.liveLog, { name: `POST ${TOKENS_PATH}`, operation: 'CreateChatToken', target, status, error });
  await answerPage(req, res, '{ "userId": "ada" }', async body => {
    try {
      const token = await createToken(controlPlane, body);
      record(200, token.roomArn);
      return { ...token, messagingUrl: `ws://${req.headers.host}` };
    } catch (error) {
      if (error instanceof HttpError) record(error.status, undefined, error);
      throw error;
    }
  });
  return true;
}
