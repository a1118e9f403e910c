import type { IncomingMessage } from 'node:http';

/** What a signature tells about a request. It is not verified. */
export interface Signature {
  readonly accessKeyId: string;
  /** The service that the request is signed for, such as `ivschat`. */
  readonly service: string;
}

/** A signature that cannot be read, and why. */
export interface UnreadableSignature {
  readonly problem: string;
}

/** The credential scope by algorithm. SigV4A has no region. */
const CREDENTIAL: Readonly<Record<string, RegExp>> = {
  'AWS4-HMAC-SHA256': /^([^/\s%]+)\/\d{8}\/[^/\s]+\/([^/\s]+)\/aws4_request$/i,
  'AWS4-ECDSA-P256-SHA256': /^([^/\s%]+)\/\d{8}\/([^/\s]+)\/aws4_request$/i,
};

const QUERY_PREFIX = 'x-amz-';
const PARAMETERS = ['credential', 'signedheaders', 'signature'] as const;

/**
 * Reads the SigV4 or SigV4A signature of a request, from its Authorization header or from its query string (presigned).
 *
 * Accepts any case and spacing, because a form that this function did not recognize would be an unsigned request.
 *
 * @returns undefined if the request has no AWS signature
 */
export function readSignature(req: IncomingMessage): Signature | UnreadableSignature | undefined {
  const inHeader = headerParameters(req.headers.authorization);
  const inQuery = queryParameters(req.url ?? '');
  if (inHeader && inQuery) return { problem: 'it must be in the Authorization header or in the query string, not in both' };
  const parameters = inHeader ?? inQuery;
  return parameters && parse(parameters);
}

type Parameters = readonly (readonly [name: string, value: string])[];

function headerParameters(authorization = ''): Parameters | undefined {
  const [, algorithm, rest] = /^\s*(AWS\S*)(.*)$/is.exec(authorization) ?? [];
  if (algorithm === undefined) return undefined;
  const parameters = rest.split(',').map(parameter => {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(parameter) ?? [undefined, parameter, ''];
    return [name.trim().toLowerCase(), value.trim()] as const;
  });
  return [['algorithm', algorithm], ...parameters];
}

function queryParameters(url: string): Parameters | undefined {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const parameters = [...new URLSearchParams(query)]
    .filter(([name]) => name.toLowerCase().startsWith(QUERY_PREFIX))
    .map(([name, value]) => [name.toLowerCase().slice(QUERY_PREFIX.length), value.trim()] as const);
  return parameters.some(([name]) => name === 'algorithm' || name === 'credential' || name === 'signature') ? parameters : undefined;
}

function parse(parameters: Parameters): Signature | UnreadableSignature {
  const valuesOf = (name: string) => parameters.filter(([candidate]) => candidate === name).map(([, value]) => value);
  const incomplete = ['algorithm', ...PARAMETERS].filter(name => valuesOf(name).length !== 1 || valuesOf(name)[0] === '');
  if (incomplete.length > 0) return { problem: `it must have each of these parameters once: ${incomplete.join(', ')}` };

  const [algorithm] = valuesOf('algorithm');
  const pattern = CREDENTIAL[algorithm.toUpperCase()] as RegExp | undefined;
  if (!pattern) return { problem: `the algorithm must be one of ${Object.keys(CREDENTIAL).join(', ')}` };
  const [, accessKeyId, service] = pattern.exec(valuesOf('credential')[0]) ?? [];
  if (accessKeyId === undefined) return { problem: 'the credential must have the form ACCESS_KEY/DATE/REGION/SERVICE/aws4_request, without the region for SigV4A' };
  return { accessKeyId, service: service.toLowerCase() };
}
