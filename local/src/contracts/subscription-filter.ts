/** A subscription filter of a log group, with the parameters of PutSubscriptionFilter. */
export interface SubscriptionFilter {
  readonly logGroupName: string;
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
}
