import { alphanumericId } from '../generated-names';
import { STRING, type ObjectSchema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { inform, open } from './notices';
import type { TypeOptions } from './type-options';

const SCHEMAS = {
  guardrail: open({
    BlockedInputMessaging: { type: 'string', minimum: 1, maximum: 500 },
    BlockedOutputsMessaging: { type: 'string', minimum: 1, maximum: 500 },
    Name: { type: 'string', minimum: 1, maximum: 50, pattern: /^[0-9a-zA-Z-_]+$/ },
  }, ['BlockedInputMessaging', 'BlockedOutputsMessaging', 'Name']),
  version: open({ Description: STRING, GuardrailIdentifier: { type: 'string', minimum: 1, maximum: 2048 } }, ['GuardrailIdentifier']),
} satisfies Record<string, ObjectSchema>;

/** Guardrails that block flagged words. Their own policies have no effect. */
export function bedrockTypes(options: TypeOptions): Record<string, ResourceType> {
  const { guardrails } = options;
  return {
    'AWS::Bedrock::Guardrail': {
      schema: SCHEMAS.guardrail,
      immutable: ['KmsKeyArn'],
      create: async request => putGuardrail(request, alphanumericId(request.seed, 12).toLowerCase(), options),
      update: async (request, { attributes }) => putGuardrail(request, String(attributes.GuardrailId), options),
      delete: async (_request, { attributes }) => guardrails.delete(String(attributes.GuardrailId)),
    },
    'AWS::Bedrock::GuardrailVersion': {
      schema: SCHEMAS.version,
      create: async ({ properties }) => {
        const version = guardrails.createVersion(properties.GuardrailIdentifier);
        const arn = guardrails.arnOf(properties.GuardrailIdentifier);
        const id = arn.slice(arn.lastIndexOf('/') + 1);
        return { physicalId: `${id}|${version}`, attributes: { GuardrailArn: arn, GuardrailId: id, Version: version } };
      },
      delete: async (_request, { attributes }) => guardrails.deleteVersion(String(attributes.GuardrailId), String(attributes.Version)),
    },
  };
}

function putGuardrail(request: ResourceRequest, id: string, { guardrails, liveLog }: TypeOptions): ResourceState {
  const { BlockedInputMessaging, BlockedOutputsMessaging } = request.properties;
  inform(liveLog, request, `is a stand-in: instead of its policies, it flags ${guardrails.description}`, { notice: 'stand-in' });
  guardrails.put({ id, blockedInputMessaging: BlockedInputMessaging, blockedOutputsMessaging: BlockedOutputsMessaging });
  const arn = guardrails.arnOf(id);
  const now = new Date().toISOString();
  return {
    physicalId: arn,
    attributes: {
      CreatedAt: now, FailureRecommendations: [], GuardrailArn: arn, GuardrailId: id, Status: 'READY', StatusReasons: [], UpdatedAt: now, Version: 'DRAFT',
    },
  };
}
