import type { Schema, Validator } from '@cfworker/json-schema';
import { parameterValue, type ApiRequest } from './api-request';
import type { Parts } from './deployed-api';
import { Refusal } from './refusal';
import { parseResult } from '../api-gateway/proxy-response';

/**
 * Validates a request by the request validator of its method.
 *
 * @throws Refusal if a required parameter is missing, or the body does not match the model
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function validateRequest(request: ApiRequest, body: Buffer): void {
  const { deployed: { parts }, method: { requiredParameters, validatorId } } = request;
  const validator = validatorId === undefined ? undefined : parts.validator.get(validatorId);
  if (validator?.validatesParameters) {
    const missing = requiredParameters.filter(source => parameterValue(source, request) === undefined).map(source => source.split('.').slice(3).join('.'));
    if (missing.length > 0) throw new Refusal('BAD_REQUEST_PARAMETERS', `it has no ${missing.join(', ')}`, `Missing required request parameters: [${missing.join(', ')}]`);
  }
  if (validator?.validatesBody) validateBody(request, body);
}

/** AWS documents that a body whose content type has no model is not validated. */
function validateBody({ apiId, deployed: { parts }, method: { models }, req }: ApiRequest, body: Buffer): void {
  const contentType = (req.headers['content-type'] ?? 'application/json').split(';')[0].trim().toLowerCase();
  const name = Object.hasOwn(models, contentType) ? models[contentType] : models.$default;
  const schema = name === undefined ? undefined : parts.model.get(name)?.schema;
  if (schema === undefined) return;
  const value = parseResult(body.toString());
  if (value === undefined) throw new Refusal('BAD_REQUEST_BODY', `the body is not JSON, which the model ${name} requires`);
  const { errors, valid } = validatorOf(schema as Schema, apiId, parts).validate(value);
  if (valid) return;
  const problem = errors.at(-1)!;
  throw new Refusal('BAD_REQUEST_BODY', `the body does not match the model ${name}: ${problem.instanceLocation}: ${problem.error}`);
}

/** Models refer to each other by URLs. */
function validatorOf(schema: Schema, apiId: string, { model }: Parts): Validator {
  // Loaded with the first validated body. Not with `import()`: Jest has none without an option of Node.js.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const library = require('@cfworker/json-schema') as typeof import('@cfworker/json-schema');
  const validator = new library.Validator(schema, '4');
  for (const [name, other] of model) validator.addSchema(other.schema as Schema, `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`);
  return validator;
}
