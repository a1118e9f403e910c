/**
 * The AWS hosts that lead to the local runtime when a function connects to them on port 443. `REGION` is that of the runtime.
 *
 * For SDKs that do not read AWS_ENDPOINT_URL, and for requests without an SDK.
 */
const HOSTS: readonly string[] = [
  'bedrock-runtime.REGION.amazonaws.com',
  // The keys of user pools.
  'cognito-idp.REGION.amazonaws.com',
  'comprehend.REGION.amazonaws.com',
  'dynamodb.REGION.amazonaws.com',
  'ivs.REGION.amazonaws.com',
  'ivschat.REGION.amazonaws.com',
  'ivsrealtime.REGION.amazonaws.com',
  'lambda.REGION.amazonaws.com',
  'sqs.REGION.amazonaws.com',
  'sts.REGION.amazonaws.com',
  // The default of older SDKs.
  'sts.amazonaws.com',
];

/** The AWS hosts that the local runtime serves. */
export function servedHosts(region: string): string[] {
  return HOSTS.map(host => host.replace('REGION', region));
}

/** Whether the host is that of a service that another emulator serves. @param serviceEndpoints such as `{ DYNAMODB: 'http://127.0.0.1:8000' }` */
export function isServedElsewhere(host: string, serviceEndpoints: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(serviceEndpoints, host.split('.')[0].toUpperCase().replaceAll('-', '_'));
}

/** Whether the local runtime serves the host, but in its own region only. */
export function isServedInOtherRegion(host: string): boolean {
  const [service, ...rest] = host.split('.');
  return rest.length === 3 && servedHosts(rest[0]).includes(`${service}.${rest.join('.')}`);
}
