import type { Environment } from '../environment';

export interface ApiAddressesOptions {
  readonly environment: Environment;
  /** Address of the server: `http://127.0.0.1:PORT`. */
  readonly endpoint: () => string;
}

/** The addresses of the deployed APIs. */
export class ApiAddresses {
  private readonly apiIds = new Set<string>();
  /** The address of an API in AWS, which templates join from its id. */
  private readonly awsEndpoint: RegExp;

  constructor(private readonly options: ApiAddressesOptions) {
    this.awsEndpoint = new RegExp(`https://([a-z0-9]+)\\.execute-api\\.${options.environment.region}\\.amazonaws\\.com`, 'g');
  }

  public add(apiId: string): void {
    this.apiIds.add(apiId);
  }

  public delete(apiId: string): void {
    this.apiIds.delete(apiId);
  }

  /** The address of an API on this machine, without a slash at the end. */
  public of(apiId: string): string {
    return `${this.options.endpoint()}/execute-api/${apiId}`;
  }

  /** Replaces the addresses that deployed APIs have in AWS with their local addresses. */
  public localUrls(text: string): string {
    return text.replace(this.awsEndpoint, (url, apiId: string) => this.apiIds.has(apiId) ? this.of(apiId) : url);
  }
}
