import type { FlaggedWords } from './flagged-words';
import type { Judgement } from './judgement';
import { parseArn, resourceName } from '../arn';
import type { GuardrailDefinition } from '../contracts/guardrail-definition';
import type { Environment } from '../environment';
import { HttpError } from '../http/http-error';
import { textOf } from '../http/text-of';

interface Guardrail {
  readonly definition: GuardrailDefinition;
  readonly versions: ReadonlySet<string>;
  readonly lastVersion: number;
}

/** The guardrails of the deployed stacks. Their policies are not evaluated: each blocks the flagged words. */
export class Guardrails {
  private readonly guardrails = new Map<string, Guardrail>();

  constructor(private readonly environment: Environment, public readonly words: FlaggedWords) {}

  /** What guardrails flag, for messages. */
  public get description(): string {
    return this.words.description;
  }

  /** Creates or updates a guardrail. */
  public put(definition: GuardrailDefinition): void {
    const { lastVersion = 0, versions = new Set(['DRAFT']) } = this.guardrails.get(definition.id) ?? {};
    this.guardrails.set(definition.id, { definition, versions, lastVersion });
  }

  public delete(id: string): void {
    this.guardrails.delete(id);
  }

  /** @returns the number of the new version */
  public createVersion(idOrArn: string): string {
    const guardrail = this.get(idOrArn, 'DRAFT');
    const lastVersion = guardrail.lastVersion + 1;
    this.guardrails.set(guardrail.definition.id, { ...guardrail, lastVersion, versions: new Set([...guardrail.versions, String(lastVersion)]) });
    return String(lastVersion);
  }

  public deleteVersion(id: string, version: string): void {
    const guardrail = this.guardrails.get(id);
    if (guardrail) this.guardrails.set(id, { ...guardrail, versions: new Set([...guardrail.versions].filter(other => other !== version)) });
  }

  public arnOf(idOrArn: string): string {
    const { account, region } = this.environment;
    return parseArn(idOrArn) ? idOrArn : `arn:aws:bedrock:${region}:${account}:guardrail/${idOrArn}`;
  }

  /** Handles ApplyGuardrail of Amazon Bedrock. */
  public apply(idOrArn: string, version: string, { content, source }: Readonly<Record<string, unknown>>): Judgement {
    const { blockedInputMessaging, blockedOutputsMessaging } = this.get(idOrArn, version).definition;
    if (source !== 'INPUT' && source !== 'OUTPUT') throw invalid(`source must be INPUT or OUTPUT, got ${textOf(source)}.`);
    const texts = textsIn(content);
    const found = texts.flatMap(text => this.words.find(text) ?? []);
    const characters = texts.reduce((sum, text) => sum + [...text].length, 0);
    return {
      parts: texts.length,
      flagged: found.length,
      output: {
        usage: {
          topicPolicyUnits: 0,
          contentPolicyUnits: 0,
          wordPolicyUnits: 1,
          sensitiveInformationPolicyUnits: 0,
          sensitiveInformationPolicyFreeUnits: 0,
          contextualGroundingPolicyUnits: 0,
        },
        action: found.length > 0 ? 'GUARDRAIL_INTERVENED' : 'NONE',
        outputs: found.length > 0 ? [{ text: source === 'INPUT' ? blockedInputMessaging : blockedOutputsMessaging }] : [],
        assessments: found.length > 0 ? [{
          wordPolicy: { customWords: [...new Set(found)].map(match => ({ match, action: 'BLOCKED', detected: true })), managedWordLists: [] },
        }] : [],
        guardrailCoverage: { textCharacters: { guarded: characters, total: characters } },
      },
    };
  }

  private get(idOrArn: string, version: string): Guardrail {
    const guardrail = this.guardrails.get(resourceName(idOrArn));
    if (guardrail && this.arnOf(idOrArn) === this.arnOf(guardrail.definition.id) && guardrail.versions.has(version)) return guardrail;
    throw new HttpError('ResourceNotFoundException', 404, 'The guardrail identifier or version provided in the request does not exist.');
  }
}

function textsIn(content: unknown): string[] {
  if (!Array.isArray(content) || content.length === 0) throw invalid('content must have at least one block.');
  return content.map((block: { text?: { text?: unknown } } | null) => {
    const text = block?.text?.text;
    if (typeof text !== 'string') throw invalid('content must be blocks of text: ivschat-local does not support images.');
    return text;
  });
}

function invalid(message: string): HttpError {
  return new HttpError('ValidationException', 400, message);
}
