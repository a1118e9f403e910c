/** What AWS documents about a service that judges messages, read in November 2026. */
export interface JudgeLimits {
  readonly service: string;
  readonly regions: readonly string[];
  /** Where the regions are documented. */
  readonly page: string;
  /** Default quota, in calls per second. */
  readonly quotaIn: (region: string) => number;
}

export const COMPREHEND: JudgeLimits = {
  service: 'Toxicity detection of Amazon Comprehend',
  regions: [
    'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-west-1', 'eu-west-2',
    'us-east-1', 'us-east-2', 'us-gov-west-1', 'us-west-2',
  ],
  page: 'https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html',
  quotaIn: () => 25,
};

export const GUARDRAILS: JudgeLimits = {
  service: 'Amazon Bedrock Guardrails',
  regions: [
    'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1',
    'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-1', 'us-east-2',
    'us-gov-east-1', 'us-gov-west-1', 'us-west-1', 'us-west-2',
  ],
  page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-supported.html',
  quotaIn: region => ['us-east-1', 'us-west-2'].includes(region) ? 50 : 25,
};
