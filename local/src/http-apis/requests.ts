import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpApiServices } from './http';
import type { Caller } from '../iam/callers';

type Handle = (caller: Caller, req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The requests to HTTP APIs. Most apps have none, so the code is loaded with the first request. */
export class HttpApiRequests {
  private handler?: Promise<Handle>;

  constructor(private readonly services: Omit<HttpApiServices, 'lambdaAuthorizers'>) {}

  /**
   * Handles a request to an HTTP API, at `/execute-api/<id>/…` of the server.
   *
   * @returns false if the request is for something else
   */
  public async handle(caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    if (!req.url?.startsWith('/execute-api/')) return false;
    this.handler ??= this.load();
    return (await this.handler)(caller, req, res);
  }

  private async load(): Promise<Handle> {
    const [{ LambdaAuthorizers }, { handleHttpApi }] = await Promise.all([import('./authorizers/lambda-authorizer'), import('./http')]);
    const services = { ...this.services, lambdaAuthorizers: new LambdaAuthorizers(this.services.functions) };
    return async (caller, req, res) => handleHttpApi(services, caller, req, res);
  }
}
