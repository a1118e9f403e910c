/** Wire type: what `ChatHistory` passes to its functions, as JSON in the environment variable `CHAT_HISTORY`. */
export interface HistorySettings {
  readonly tableName: string;
  readonly retentionSeconds: number;
  /** Names of the application's events that are kept. */
  readonly eventNames?: string[];
}
