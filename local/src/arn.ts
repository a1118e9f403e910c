export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for services without regions, such as IAM. */
  readonly region: string;
  readonly account: string;
  /** Such as `room/abcdefghijkl` or `function:name:qualifier`. */
  readonly resource: string;
}

/** @returns undefined if the text does not have the six parts of an ARN */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...resource] = text.split(':');
  if (prefix !== 'arn' || resource.length === 0) return undefined;
  return { partition, service, region, account, resource: resource.join(':') };
}

/** The name of a resource in messages: without the part of the ARN that all resources have in common. */
export function resourceLabel(arn: string): string {
  return parseArn(arn)?.resource ?? arn;
}

/** The last part of a resource with a path, such as the name of a role or the id of a room. */
export function resourceName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
