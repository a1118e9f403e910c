import { ExpectedError } from '../../expected-error';
import type { LiveLog } from '../../live-log/live-log';
import { alphanumericId } from '../generated-names';
import type { ObjectSchema } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { warnAboutIgnoredProperties } from './notices';

interface ApiPartOptions {
  readonly liveLog: LiveLog;
  /** The property with the id of the API. */
  readonly apiProperty: string;
  /** Whether this runtime has the API. */
  readonly isKnown: (apiId: string) => boolean;
  readonly standIn: ResourceType;
}

interface ApiPart {
  readonly schema: ObjectSchema;
  readonly immutable?: readonly string[];
  /** Creates the part, or updates it. @param state that of the part before an update */
  readonly put: (request: ResourceRequest, state?: ResourceState) => ResourceState;
  readonly remove: (apiId: string, physicalId: string) => void;
}

/** Returns a function that implements the parts of an API. A part is a stand-in unless its API is one of this runtime. */
export function apiPart({ apiProperty, isKnown, liveLog, standIn }: ApiPartOptions): (part: ApiPart) => ResourceType {
  return ({ immutable = [], put, remove, schema }) => {
    const isStandIn = ({ properties }: ResourceRequest) => !isKnown(properties[apiProperty]);
    const apply = (request: ResourceRequest, state?: ResourceState) => {
      warnAboutIgnoredProperties(liveLog, request, schema);
      return put(request, state);
    };
    return {
      schema,
      immutable: [apiProperty, ...immutable],
      create: async request => isStandIn(request) ? standIn.create(request) : apply(request),
      update: async (request, state, old) => isStandIn(request) ? standIn.update!(request, state, old) : apply(request, state),
      delete: async ({ properties }, { physicalId }) => remove(properties[apiProperty], physicalId),
    };
  };
}

/** The ARN in `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`, or the ARN itself. */
export function functionArn(property: string, uri: string | undefined): string {
  const arn = /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri ?? '')?.[1] ?? uri;
  if (arn === undefined || !/^arn:[^:]+:lambda:/.test(arn)) throw new ExpectedError(`${property} must be the ARN or the invocation URI of a Lambda function, got ${uri}.`);
  return arn;
}

/** Throws if a resource has one of the properties. @param remedy what to do instead */
export function refuse(properties: Properties, names: readonly string[], remedy: string): void {
  const found = names.find(name => properties[name] !== undefined);
  if (found !== undefined) throw new ExpectedError(`${found} is not supported by ivschat-local: ${remedy}.`);
}

/** Ids of API Gateway are in lower case. */
export function generatedId(seed: string, length: number): string {
  return alphanumericId(seed, length).toLowerCase();
}
