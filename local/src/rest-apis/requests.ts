import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RestApiServices } from './http';
import type { Caller } from '../iam/callers';

type Handle = (caller: Caller, req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The requests to REST APIs. Most apps have none, so the code is loaded with the first request. */
export class RestApiRequests {
  private handler?: Handle;

  constructor(private readonly services: Omit<RestApiServices, 'authorizerResponses'>) {}

  /**
   * Handles a request to a REST API, at `/execute-api/<id>/<stage>/…` of the server.
   *
   * @returns false if the request is for something else, such as an HTTP API
   */
  public async handle(caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const apiId = /^\/execute-api\/([0-9a-z]+)/.exec(req.url ?? '')?.[1];
    if (apiId === undefined || !this.services.restApis.has(apiId)) return false;
    this.handler ??= this.load();
    return this.handler(caller, req, res);
  }

  private load(): Handle {
    // The compiler refuses `import()` of a path without an extension, and jest one with the extension.
    /* eslint-disable @typescript-eslint/no-require-imports */
    const { readApiRequest } = require('../api-gateway/api-call') as typeof import('../api-gateway/api-call');
    const { AuthorizerResponses } = require('../api-gateway/authorizer-responses') as typeof import('../api-gateway/authorizer-responses');
    const { RestApiCall } = require('./http') as typeof import('./http');
    /* eslint-enable @typescript-eslint/no-require-imports */
    const services = { ...this.services, authorizerResponses: new AuthorizerResponses(this.services.functions) };
    return async (caller, req, res) => {
      const request = readApiRequest(req, res);
      const api = request && services.restApis.find(request.apiId);
      if (!request || !api) return false;
      await new RestApiCall(services, caller, api, request).handle();
      return true;
    };
  }
}
