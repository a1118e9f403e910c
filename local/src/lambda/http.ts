import type { IncomingMessage, ServerResponse } from 'node:http';
import { handleApi } from './api';
import type { Functions } from './functions';
import { handleUrl } from './url/function-url';
import type { Authorize } from '../iam/authorize';
import { parseSignature } from '../iam/callers';

/**
 * Handles a request to the Lambda API or to a function URL.
 *
 * @returns false if the request is for neither
 */
export async function handleLambda(functions: Functions, authorize: Authorize, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const path = (req.url ?? '').split('?')[0];
  const urlId = /^\/lambda-url\/([0-9a-z]+)(?:\/|$)/.exec(path)?.[1];
  if (urlId !== undefined) {
    await handleUrl(functions, urlId, authorize, req, res);
    return true;
  }
  if (parseSignature(req.headers.authorization)?.service !== 'lambda') return false;
  await handleApi(functions, authorize, req, res);
  return true;
}
