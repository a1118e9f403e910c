/** Wire type: what `ChatBans` passes to its function, as JSON in the environment variable `BANS`. */
export interface BansFunctionSettings {
  readonly tableName: string;
  /** Queue of the second disconnects, which invokes the same function. */
  readonly queueUrl: string;
  /** IDs of the rooms that it may disconnect users from. Without them, all rooms of the account and region. */
  readonly roomIds?: string[];
}
