import type { IncomingMessage, ServerResponse } from 'node:http';
import { handleApi } from './api';
import type { Functions } from './functions';
import { handleUrl } from './url/function-url';
import type { Authorize } from '../iam/authorize';
import type { Caller } from '../iam/callers';

/**
 * Handles a request to the Lambda API or to a function URL.
 *
 * @returns false if the request is for neither
 */
export async function handleLambda(
  functions: Functions, authorize: Authorize, caller: Caller, req: IncomingMessage, res: ServerResponse,
): Promise<boolean> {
  const path = (req.url ?? '').split('?')[0];
  const urlId = /^\/lambda-url\/([0-9a-z]+)(?:\/|$)/.exec(path)?.[1];
  if (urlId !== undefined) {
    await handleUrl(functions, urlId, authorize, caller, req, res);
    return true;
  }
  const isApi = caller.service === undefined ? path.startsWith('/2015-03-31/') : caller.service === 'lambda';
  if (!isApi) return false;
  await handleApi(functions, authorize, caller, req, res);
  return true;
}
