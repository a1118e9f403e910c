import type { Parts } from './deployed-api';
import type { Refusal } from './refusal';
import { ApiRefusal } from '../api-gateway/refusal';

/**
 * Applies the gateway response of an API for a refusal.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function customize(refusal: Refusal, { gatewayResponse }: Parts, requestId: string): ApiRefusal {
  const own = gatewayResponse.get(refusal.type);
  const found = own ?? gatewayResponse.get(refusal.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  if (!found) return refusal;
  const variables: Readonly<Record<string, string>> = {
    'error.message': refusal.body, 'error.messageString': JSON.stringify(refusal.body), 'error.responseType': refusal.type, 'requestId': requestId,
  };
  const template = found.template ?? '{"message":$context.error.messageString}';
  const text = template.replace(/\$context\.([a-zA-Z.]+)/g, (whole, name: string) => Object.hasOwn(variables, name) ? variables[name] : whole);
  return new ApiRefusal(found.status ?? refusal.status, refusal.body, refusal.reason, { ...refusal.headers, ...found.headers }, text);
}
