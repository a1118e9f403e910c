import type { GuardrailAssessment } from '@aws-sdk/client-bedrock-runtime';
import { type Judge, labelOf } from './judge';
import { wellFormed } from './segments';
import type { GuardrailSettings } from '../../../src/moderation/auto-moderator-settings';

/** A guardrail of Amazon Bedrock, for one message in a call: a message must not be flagged because of another one. */
export async function loadGuardrailJudge({ guardrailArn, region, version }: GuardrailSettings): Promise<Judge> {
  const { ApplyGuardrailCommand, BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const client = new BedrockRuntimeClient({ maxAttempts: 1, region: region ?? guardrailArn.split(':')[3] });
  return {
    operation: 'ApplyGuardrail',
    timeout: 10_000,
    batchSize: 1,
    ask: async (_roomArn, [{ Content, Id }], abortSignal) => {
      const { action, assessments } = await client.send(new ApplyGuardrailCommand({
        guardrailIdentifier: guardrailArn, guardrailVersion: version, source: 'INPUT', content: [{ text: { text: wellFormed(Content) } }],
      }), { abortSignal });
      // A policy that only detects is in the assessments as well: what the guardrail does is what its owner wants.
      const isFlagged = action === 'GUARDRAIL_INTERVENED';
      if (!isFlagged && action !== 'NONE') throw new Error('unknown action');
      return new Map([[Id, { isFlagged, label: isFlagged ? labelOf(assessments?.flatMap(labelsOf)[0]) : undefined }]]);
    },
  };
}

/** What the guardrail acted on. Types of topics are all the same, and names of topics and patterns are free text: their list is the label. */
function labelsOf(assessment: GuardrailAssessment): unknown[] {
  return Object.values(assessment).flatMap(policy => Object.entries(policy as object)).flatMap(([list, findings]) => {
    const acted = Array.isArray(findings) ? findings.filter(({ action }: { action?: unknown }) => action !== 'NONE') : [];
    return acted.map(({ type }: { type?: unknown }) => type !== 'DENY' && type || list.replace(/[A-Z]/g, '_$&').toUpperCase());
  });
}
