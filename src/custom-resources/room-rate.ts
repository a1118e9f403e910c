/** What the handler is told about the rate of a room. Over the wire every value is a string. */
export interface RoomRateProperties {
  readonly RoomArn: string;
  /** 11 to 100: what CloudFormation does not take. */
  readonly MaximumMessageRatePerSecond: number;
  /** The other properties of the room. They are never read: the rate is applied again when one of them changes. */
  readonly Room: object;
}
