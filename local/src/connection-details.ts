/** What a client needs to know of a running server. */
export interface ConnectionDetails {
  /** Addresses of the services, for the `endpoint` of SDK clients. */
  readonly endpoints: {
    readonly dynamodb: string;
    readonly ivschat: string;
    readonly lambda: string;
    readonly sqs: string;
    readonly sts: string;
  };
  readonly messagingUrl: string;
  readonly playgroundUrl: string;
  /** Where pages and programs get tokens of users. */
  readonly signInUrl: string;
  /** Environment variables for AWS SDKs, the AWS CLI and child processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** By stack name and output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Deployment {
  describe(): { readonly name: string; readonly outputs: Readonly<Record<string, string>> }[];
}

interface Server {
  readonly url: string;
  readonly messagingUrl: string;
  readonly deployment: Deployment;
}

export function connectionDetails({ deployment, messagingUrl, url }: Server, region: string): ConnectionDetails {
  return {
    endpoints: { dynamodb: url, ivschat: url, lambda: url, sqs: url, sts: url },
    messagingUrl,
    playgroundUrl: `${url}/`,
    signInUrl: `${url}/sign-in`,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_ENDPOINT_URL_IVSCHAT: url,
      AWS_ENDPOINT_URL_LAMBDA: url,
      AWS_ENDPOINT_URL_SQS: url,
      AWS_ENDPOINT_URL_STS: url,
      IVSCHAT_MESSAGING_URL: messagingUrl,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    outputs: outputsOf(deployment),
  };
}

export function outputsOf(deployment: Deployment): ConnectionDetails['outputs'] {
  return Object.fromEntries(deployment.describe().map(({ name, outputs }) => [name, outputs]));
}
