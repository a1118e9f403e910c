import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { readSignature } from '../../src/iam/signature';

function read({ authorization, url = '/' }: { authorization?: string; url?: string }) {
  return readSignature(Object.assign(new IncomingMessage(new Socket()), { url, headers: { authorization } }));
}

const SCOPE = 'KEY/20260101/eu-west-1/ivschat/aws4_request';
const query = (parameters: Record<string, string>) => `/path?a=b&${String(new URLSearchParams(parameters))}`;

test.each<[string, Parameters<typeof read>[0]]>([
  ['a header', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host;x-amz-date, Signature=0a` }],
  ['a header without spaces', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE},SignedHeaders=host,Signature=0a` }],
  ['a header with tabs and spaces', { authorization: ` AWS4-HMAC-SHA256\tCredential =  ${SCOPE} ,\tSignedHeaders=host , Signature = 0a` }],
  ['a header in another order', { authorization: `AWS4-HMAC-SHA256 Signature=0a, SignedHeaders=host, Credential=${SCOPE}` }],
  ['a header in upper case', { authorization: 'AWS4-HMAC-SHA256 CREDENTIAL=KEY/20260101/EU-WEST-1/IVSCHAT/AWS4_REQUEST, SIGNEDHEADERS=HOST, SIGNATURE=0A' }],
  ['a header with SigV4A', { authorization: 'AWS4-ECDSA-P256-SHA256 Credential=KEY/20260101/ivschat/aws4_request, SignedHeaders=host, Signature=0a' }],
  ['a query string', {
    url: query({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': SCOPE, 'X-Amz-SignedHeaders': 'host', 'X-Amz-Signature': '0a' }),
  }],
  ['a query string that is not encoded', { url: `/?x-amz-algorithm=AWS4-HMAC-SHA256&x-amz-credential=${SCOPE}&x-amz-signedheaders=host&x-amz-signature=0a` }],
])('reads %s', (_what, request) => {
  expect(read(request)).toEqual({ accessKeyId: 'KEY', service: 'ivschat' });
});

test.each<[string, Parameters<typeof read>[0]]>([
  ['no header', {}],
  ['a bearer token', { authorization: 'Bearer AWS4-HMAC-SHA256' }],
  ['other parameters with the prefix', { url: '/?X-Amz-Date=20260101T000000Z' }],
])('%s is no signature', (_what, request) => {
  expect(read(request)).toBeUndefined();
});

const complete = { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': SCOPE, 'X-Amz-SignedHeaders': 'host', 'X-Amz-Signature': '0a' };

test.each<[string, Parameters<typeof read>[0], string]>([
  ['the algorithm only', { authorization: 'AWS4-HMAC-SHA256' }, 'credential, signedheaders, signature'],
  ['two credentials', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, credential=${SCOPE}, SignedHeaders=host, Signature=0` }, 'once: credential'],
  ['an empty signature', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host, Signature=` }, 'once: signature'],
  ['parameters without commas', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE} SignedHeaders=host Signature=0` }, 'once: signedheaders, signature'],
  ['an unknown algorithm', { authorization: `AWS4-HMAC-MD5 Credential=${SCOPE}, SignedHeaders=host, Signature=0` }, 'AWS4-HMAC-SHA256, AWS4-ECDSA-P256-SHA256'],
  ['no region with SigV4', { authorization: 'AWS4-HMAC-SHA256 Credential=KEY/20260101/ivschat/aws4_request, SignedHeaders=host, Signature=0' }, 'the form'],
  ['a region with SigV4A', { authorization: `AWS4-ECDSA-P256-SHA256 Credential=${SCOPE}, SignedHeaders=host, Signature=0` }, 'the form'],
  ['an encoded access key', { authorization: `AWS4-HMAC-SHA256 Credential=%4b${SCOPE}, SignedHeaders=host, Signature=0` }, 'the form'],
  ['an empty access key', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE.slice(3)}, SignedHeaders=host, Signature=0` }, 'the form'],
  ['version 2', { authorization: 'AWS KEY:signature' }, 'once: '],
  ['a query string without an algorithm', { url: query({ ...complete, 'X-Amz-Algorithm': '' }) }, 'once: algorithm'],
  ['a query string with two credentials', { url: `${query(complete)}&x-amz-credential=OTHER` }, 'once: credential'],
  ['a header and a query string', { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host, Signature=0`, url: query(complete) }, 'not in both'],
])('fails to read %s', (_what, request, problem) => {
  expect(read(request)).toEqual({ problem: expect.stringContaining(problem) });
});
