import { ExpectedError } from '../../expected-error';
import { alphanumericId } from '../generated-names';
import { BOOLEAN, STRING, type ObjectSchema } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { SecretValues } from '../secret-values';
import { isObject } from '../template';
import { open } from './notices';

const SCHEMA: ObjectSchema = open({
  GenerateSecretString: open({
    ExcludeCharacters: STRING,
    ExcludeNumbers: BOOLEAN,
    GenerateStringKey: STRING,
    PasswordLength: { type: 'integer', minimum: 1, maximum: 4096 },
    SecretStringTemplate: STRING,
  }),
  Name: STRING,
  SecretString: STRING,
});

/** Secrets, which are stand-ins with a value for dynamic references. */
export function secretTypes(secrets: SecretValues, standIn: ResourceType): Record<string, ResourceType> {
  const put = (request: ResourceRequest, state: ResourceState): ResourceState => {
    secrets.put(state.physicalId, nameOf(state), valueOf(request));
    return state;
  };
  return {
    'AWS::SecretsManager::Secret': {
      ...standIn,
      schema: SCHEMA,
      immutable: ['Name'],
      create: async request => put(request, await standIn.create(request)),
      update: async (request, state, old) => put(request, await standIn.update!(request, state, old)),
      delete: async (_request, state) => secrets.delete(state.physicalId, nameOf(state)),
    },
  };
}

/** ARNs end in a hyphen and six characters after the name. */
function nameOf({ physicalId: arn }: ResourceState): string {
  return arn.slice(arn.lastIndexOf(':') + 1, -7);
}

function valueOf({ properties, seed }: ResourceRequest): string {
  const { GenerateSecretString, SecretString = '' } = properties;
  if (GenerateSecretString === undefined) return SecretString;
  const { GenerateStringKey: key, SecretStringTemplate: template } = GenerateSecretString;
  const password = generatedPassword(GenerateSecretString, seed);
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...parseTemplate(template), [key]: password });
}

/** A password of letters and digits, which is the same in every run, so that clients can keep it. */
function generatedPassword({ ExcludeCharacters = '', ExcludeNumbers = false, PasswordLength = 32 }: Properties, seed: string): string {
  let password = '';
  for (let part = 0; password.length < PasswordLength && part < 1000; part++) {
    password += [...alphanumericId(`${seed}/password/${part}`, 32)].filter(it => !ExcludeCharacters.includes(it) && !(ExcludeNumbers && /\d/.test(it))).join('');
  }
  return password.slice(0, PasswordLength);
}

function parseTemplate(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  throw new ExpectedError(`GenerateSecretString.SecretStringTemplate must be a JSON object, got ${text}.`);
}
