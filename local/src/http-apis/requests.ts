import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpApiServices } from './http';
import type { Caller } from '../iam/callers';

type Handle = (caller: Caller, req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The requests to HTTP APIs. Most apps have none, so the code is loaded with the first request. */
export class HttpApiRequests {
  private handler?: Handle;

  constructor(private readonly services: Omit<HttpApiServices, 'authorizerResponses'>) {}

  /**
   * Handles a request to an HTTP API, at `/execute-api/<id>/…` of the server.
   *
   * @returns false if the request is for something else
   */
  public async handle(caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    if (!req.url?.startsWith('/execute-api/')) return false;
    this.handler ??= this.load();
    return this.handler(caller, req, res);
  }

  private load(): Handle {
    // The compiler refuses `import()` of a path without an extension, and jest one with the extension.
    /* eslint-disable @typescript-eslint/no-require-imports */
    const { AuthorizerResponses } = require('../api-gateway/authorizer-responses') as typeof import('../api-gateway/authorizer-responses');
    const { handleHttpApi } = require('./http') as typeof import('./http');
    /* eslint-enable @typescript-eslint/no-require-imports */
    const services = { ...this.services, authorizerResponses: new AuthorizerResponses(this.services.functions) };
    return async (caller, req, res) => handleHttpApi(services, caller, req, res);
  }
}
