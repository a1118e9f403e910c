import { ExpectedError } from '../expected-error';

/** Services that the runtime serves itself. */
const OWN = ['IVSCHAT', 'LAMBDA', 'STS'];

const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|on\.aws)\.?$/;

/**
 * Reads `--endpoint`: addresses of services that functions call and another emulator serves.
 *
 * @returns the addresses by the suffix of `AWS_ENDPOINT_URL_`, which is the id of the service in the SDKs
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html
 */
export function readServiceEndpoints(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(given.map(argument => {
    const refuse = (problem: string) => new ExpectedError(`--endpoint must be SERVICE=URL, such as DYNAMODB=http://127.0.0.1:8000, got ${argument}: ${problem}.`);
    const [, name, address] = /^([A-Za-z0-9][A-Za-z0-9 _-]*)=(.+)$/.exec(argument) ?? [];
    if (name === undefined) throw refuse('the name of a service has letters, digits, hyphens and underscores');
    const service = name.replace(/[ -]/g, '_').toUpperCase();
    if (OWN.includes(service)) throw refuse(`ivschat-local serves ${service} itself`);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) throw refuse('the address must begin with http:// or https://');
    if (AWS_HOST.test(url.hostname)) throw refuse('functions cannot connect to AWS');
    return [service, address];
  }));
}
