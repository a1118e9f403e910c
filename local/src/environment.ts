/** An AWS account and region. Everything that runs in one local runtime is in the same one. */
export interface Environment {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** Where environment-agnostic stacks are deployed. */
export const DEFAULT_ENVIRONMENT: Environment = { account: '111122223333', region: 'us-east-1' };

/** @see https://docs.aws.amazon.com/general/latest/gr/ivs.html */
export const CHAT_REGIONS: readonly string[] = [
  'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2',
];
