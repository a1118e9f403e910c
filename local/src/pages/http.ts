import type { IncomingMessage, ServerResponse } from 'node:http';
import { createToken } from './chat-tokens';
import { connectionDetails, type Deployment } from '../connection-details';
import { HttpError } from '../http/http-error';
import { answerGet, answerPost } from '../http/page-request';
import type { ControlPlane } from '../ivschat/api/control-plane';
import { recordRequest } from '../ivschat/api/request-log';

export interface PageServices {
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
  readonly region: string;
}

/**
 * Handles the requests of pages and programs on this machine that need no AWS signature.
 *
 * @returns false if the request is for something else
 */
export async function handlePages({ controlPlane, deployment, region }: PageServices, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  // As the page reaches this machine, which can be under another name.
  const messagingUrl = `ws://${req.headers.host}`;
  switch ((req.url ?? '').split('?')[0]) {
    case '/connection':
      await answerGet(req, res, () => connectionDetails({ deployment, messagingUrl, url: `http://${req.headers.host}` }, region));
      return true;
    case '/tokens':
      await answerPost(req, res, '{ "userId": "ada" }', async body => ({ ...await loggedToken(controlPlane, body), messagingUrl }));
      return true;
    default:
      return false;
  }
}

async function loggedToken(controlPlane: ControlPlane, body: unknown): Promise<object> {
  const record = (status: number, target?: string, error?: HttpError) =>
    recordRequest(controlPlane.liveLog, { name: 'POST /tokens', operation: 'CreateChatToken', target, status, error });
  try {
    const token = await createToken(controlPlane, body);
    record(200, token.roomArn);
    return token;
  } catch (error) {
    if (error instanceof HttpError) record(error.status, undefined, error);
    throw error;
  }
}
