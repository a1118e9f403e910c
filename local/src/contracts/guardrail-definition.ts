/** A guardrail of Amazon Bedrock, as far as the local runtime uses it. */
export interface GuardrailDefinition {
  readonly id: string;
  readonly blockedInputMessaging: string;
  readonly blockedOutputsMessaging: string;
}
