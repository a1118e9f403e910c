import { ExpectedError } from '../expected-error';

/** The sections of a template that a deployment reads. Values may be intrinsic functions. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Transform?: unknown;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: number | string;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: (number | string)[];
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];
const UPDATE_REPLACE_POLICIES = ['Delete', 'Retain', 'Snapshot'];

/** Parses and checks a template in JSON or YAML, with or without a byte order mark. @param name for error messages */
export function parseTemplate(content: string, name: string): Template {
  const text = content.replace(/^\ufeff/, '');
  if (text.trimStart().startsWith('{')) return transformed(checkTemplate(parseJson(text, name), name));
  // Loaded with the first template in YAML, because CDK writes JSON. Not with `import()`: Jest has none without an option of Node.js.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { parseYaml } = require('./yaml-template') as typeof import('./yaml-template');
  return transformed(checkTemplate(parseYaml(text, name), name));
}

/** Applies the transform of AWS SAM. A deployment refuses others. */
function transformed(template: Template): Template {
  if (![template.Transform].flat().includes('AWS::Serverless-2016-10-31')) return template;
  // Loaded with the first such template, because most have no transform.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { translateSam } = require('./sam/translate') as typeof import('./sam/translate');
  return translateSam(template);
}

/** Throws if a section does not have the form that `Template` declares. Properties, conditions and values are checked later. */
function checkTemplate(template: unknown, name: string): Template {
  if (!isObject(template) || !isObject(template.Resources) || Object.keys(template.Resources).length === 0) {
    throw new ExpectedError(`${name} is not a CloudFormation template: it has no Resources.`);
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) checkResource(logicalId, resource, name);
  for (const section of ['Conditions', 'Mappings', 'Outputs', 'Parameters'] as const) {
    if (!isObject(template[section] ?? {})) throw new ExpectedError(`${section} of ${name} must be a map.`);
  }
  for (const [parameter, declaration] of Object.entries(template.Parameters ?? {})) checkParameter(parameter, declaration, name);
  for (const [output, declaration] of Object.entries(template.Outputs ?? {})) checkOutput(output, declaration, name);
  for (const [mapping, entries] of Object.entries(template.Mappings ?? {})) {
    const isMapping = isObject(entries) && Object.values(entries).every(isObject);
    if (!isMapping) throw new ExpectedError(`The mapping ${mapping} of ${name} must be a map of maps.`);
  }
  return template as unknown as Template;
}

function checkResource(logicalId: string, resource: unknown, name: string): void {
  if (logicalId.startsWith('Fn::')) throw new ExpectedError(`${name} has ${logicalId}, which is not supported.`);
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) throw new ExpectedError(`The logical id ${logicalId} of ${name} must have letters and digits only.`);
  if (!isObject(resource) || typeof resource.Type !== 'string') throw new ExpectedError(`The resource ${logicalId} of ${name} has no Type.`);
  const refuse = (property: string, what: string) => {
    throw new ExpectedError(`${property} of the resource ${logicalId} of ${name} must be ${what}.`);
  };
  const { Condition, DeletionPolicy = 'Delete', DependsOn, Properties, UpdateReplacePolicy = 'Delete' } = resource;
  if (!isObject(Properties ?? {})) refuse('Properties', 'a map');
  if (!isStrings(DependsOn ?? [])) refuse('DependsOn', 'a logical id or a list of logical ids');
  if (!isOptionalString(Condition)) refuse('Condition', 'the name of a condition');
  if (!DELETION_POLICIES.includes(DeletionPolicy as string)) refuse('DeletionPolicy', DELETION_POLICIES.join(', '));
  if (!UPDATE_REPLACE_POLICIES.includes(UpdateReplacePolicy as string)) refuse('UpdateReplacePolicy', UPDATE_REPLACE_POLICIES.join(', '));
}

function checkParameter(parameter: string, declaration: unknown, name: string): void {
  if (!isObject(declaration) || typeof declaration.Type !== 'string') throw new ExpectedError(`The parameter ${parameter} of ${name} has no Type.`);
  const refuse = (property: string, what: string) => {
    throw new ExpectedError(`${property} of the parameter ${parameter} of ${name} must be ${what}.`);
  };
  const { AllowedPattern: pattern = '', AllowedValues: values = [], Default } = declaration;
  if (Default !== undefined && !isScalar(Default)) refuse('Default', 'a string or a number');
  if (!Array.isArray(values) || !values.every(isScalar)) refuse('AllowedValues', 'a list of strings or numbers');
  if (!isRegularExpression(pattern)) refuse('AllowedPattern', 'a regular expression');
  for (const limit of ['MaxLength', 'MaxValue', 'MinLength', 'MinValue'] as const) {
    const value = declaration[limit] ?? 0;
    if (!isScalar(value) || value === '' || Number.isNaN(Number(value))) refuse(limit, 'a number');
  }
}

function checkOutput(output: string, declaration: unknown, name: string): void {
  if (!isObject(declaration) || declaration.Value === undefined) throw new ExpectedError(`The output ${output} of ${name} has no Value.`);
  const { Condition, Export: exported } = declaration;
  if (exported !== undefined && (!isObject(exported) || exported.Name === undefined)) {
    throw new ExpectedError(`Export of the output ${output} of ${name} must be a map with a Name.`);
  }
  if (!isOptionalString(Condition)) throw new ExpectedError(`Condition of the output ${output} of ${name} must be the name of a condition.`);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExpectedError(`${name} is not valid JSON: ${(error as Error).message}`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isScalar(value: unknown): value is boolean | number | string {
  return ['boolean', 'number', 'string'].includes(typeof value);
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isRegularExpression(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && new RegExp(pattern) !== undefined;
  } catch {
    return false;
  }
}

function isStrings(value: unknown): boolean {
  return [value].flat().every(item => typeof item === 'string');
}

/** A value for an error message, shortened. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
