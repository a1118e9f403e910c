import { ExpectedError } from '../expected-error';

/** Zones of regions that do not have exactly a, b and c. The zones of an account may be fewer. */
const ZONES: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'acd',
  'ap-northeast-2': 'abcd',
  'us-east-1': 'abcdef',
  'us-west-1': 'ac',
  'us-west-2': 'abcd',
};

/**
 * Value of `Fn::GetAZs`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function availabilityZones(region: string): string[] {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) throw new ExpectedError(`Fn::GetAZs must have a region or an empty string, got ${region}.`);
  return [...ZONES[region] ?? 'abc'].map(zone => region + zone);
}
