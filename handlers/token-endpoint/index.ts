import type { TokenEndpointEvent } from './http/request';
import type { Response } from './http/respond';
import { type EndpointContext, TokenEndpoint } from './token-endpoint';
import type { TokenEndpointSettings } from '../../src/tokens/token-endpoint-settings';

const endpoint = new TokenEndpoint(JSON.parse(process.env.TOKEN_ENDPOINT!) as TokenEndpointSettings);

export async function handler(event: TokenEndpointEvent, context: EndpointContext): Promise<Response> {
  return endpoint.handle(event, context);
}
