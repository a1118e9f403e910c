import { ApplyGuardrailCommand, BedrockRuntimeClient, type GuardrailAssessment } from '@aws-sdk/client-bedrock-runtime';
import { type Judge, labelOf, type Verdict } from './judge';
import { wellFormed } from './segments';
import type { GuardrailSettings } from '../../../src/moderation/auto-moderator-settings';
import { UnusableAnswer } from '../failures';
import type { ChatMessage } from '../message';

/** A guardrail of Amazon Bedrock, for one message in a call: a message must not be flagged because of another one. */
export class GuardrailJudge implements Judge {
  public readonly operation = 'ApplyGuardrail';
  public readonly timeout = 10_000;

  private readonly client: BedrockRuntimeClient;

  constructor(private readonly settings: GuardrailSettings) {
    const [, , , regionOfArn] = settings.guardrailArn.split(':');
    this.client = new BedrockRuntimeClient({ maxAttempts: 1, region: settings.region ?? regionOfArn });
  }

  public batchesOf(messages: readonly ChatMessage[]): ChatMessage[][] {
    return messages.map(message => [message]);
  }

  public async ask(_roomArn: string, [{ Content, Id }]: readonly ChatMessage[], abortSignal: AbortSignal): Promise<ReadonlyMap<string, Verdict>> {
    const { guardrailArn, version } = this.settings;
    const { action, assessments } = await this.client.send(new ApplyGuardrailCommand({
      guardrailIdentifier: guardrailArn, guardrailVersion: version, source: 'INPUT', content: [{ text: { text: wellFormed(Content) } }],
    }), { abortSignal });
    if (action !== 'GUARDRAIL_INTERVENED' && action !== 'NONE') throw new UnusableAnswer('the answer has no known action');
    // A policy that only detects is in the assessments as well: what the guardrail does is what its owner wants.
    const isFlagged = action === 'GUARDRAIL_INTERVENED';
    return new Map([[Id, { isFlagged, ...isFlagged && { label: labelOf(assessments?.flatMap(typesOf)[0]) } }]]);
  }
}

/** What the guardrail acted on. Names of topics and patterns are free text, so they have a common label. */
function typesOf({ contentPolicy, sensitiveInformationPolicy, topicPolicy, wordPolicy }: GuardrailAssessment): (string | undefined)[] {
  return [
    ...(contentPolicy?.filters ?? []),
    ...(topicPolicy?.topics ?? []).map(({ action }) => ({ action, type: 'DENIED_TOPIC' })),
    ...(wordPolicy?.managedWordLists ?? []),
    ...(wordPolicy?.customWords ?? []).map(({ action }) => ({ action, type: 'CUSTOM_WORD' })),
    ...(sensitiveInformationPolicy?.piiEntities ?? []),
    ...(sensitiveInformationPolicy?.regexes ?? []).map(({ action }) => ({ action, type: 'CUSTOM_PATTERN' })),
  ].filter(({ action }) => action !== 'NONE').map(({ type }) => type);
}
