import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';
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

/** Short forms in YAML: `!Sub x` is `{ Fn::Sub: x }`. `!Ref` and `!Condition` have no `Fn::`. */
const SHORT_FORMS = [
  'And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'Select', 'Split', 'Sub',
  'ToJsonString', 'Transform',
];

/** Parses and checks a template in JSON or YAML. @param name for error messages */
export function parseTemplate(text: string, name: string): Template {
  const template = text.trimStart().startsWith('{') ? parseJson(text, name) : parseYaml(text, name);
  if (!isObject(template) || !isObject(template.Resources) || Object.keys(template.Resources).length === 0) {
    throw new ExpectedError(`${name} is not a CloudFormation template: it has no Resources.`);
  }
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    if (logicalId.startsWith('Fn::')) throw new ExpectedError(`${name} has ${logicalId}, which is not supported.`);
    if (!isObject(resource) || typeof resource.Type !== 'string') throw new ExpectedError(`The resource ${logicalId} of ${name} has no Type.`);
    if (!isObject(resource.Properties ?? {})) throw new ExpectedError(`Properties of the resource ${logicalId} of ${name} must be a map.`);
    if (!isStrings(resource.DependsOn ?? [])) throw new ExpectedError(`DependsOn of the resource ${logicalId} of ${name} must be a logical id or a list of logical ids.`);
  }
  for (const section of ['Conditions', 'Mappings', 'Outputs', 'Parameters'] as const) {
    if (!isObject(template[section] ?? {})) throw new ExpectedError(`${section} of ${name} must be a map.`);
  }
  for (const [parameter, declaration] of Object.entries(template.Parameters ?? {})) {
    if (!isObject(declaration) || typeof declaration.Type !== 'string') throw new ExpectedError(`The parameter ${parameter} of ${name} has no Type.`);
  }
  for (const [output, declaration] of Object.entries(template.Outputs ?? {})) {
    if (!isObject(declaration) || declaration.Value === undefined) throw new ExpectedError(`The output ${output} of ${name} has no Value.`);
    if (!isObject(declaration.Export ?? {})) throw new ExpectedError(`Export of the output ${output} of ${name} must be a map with a Name.`);
  }
  return template as unknown as Template;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExpectedError(`${name} is not valid JSON: ${(error as Error).message}`);
  }
}

/** By YAML 1.2, because the 1.1 rules turn `2012-10-17` into a date and the key `Y` into true. */
function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new ExpectedError(`${name} is not valid YAML: ${error.message.split('\n')[0]}`);
  return toPlainValue(document.contents, document, name);
}

function toPlainValue(node: unknown, document: Document, name: string): unknown {
  if (isAlias(node)) return toPlainValue(node.resolve(document), document, name);
  const value = isMap(node)
    ? Object.fromEntries(node.items.map(item => [String(isScalar(item.key) ? item.key.value : item.key), toPlainValue(item.value, document, name)]))
    : isSeq(node) ? node.items.map(item => toPlainValue(item, document, name))
      : isScalar(node) ? node.value : null;
  const tag = (node as Node | null)?.tag;
  return tag?.startsWith('!') ? longForm(tag.slice(1), value, name) : value;
}

function longForm(tag: string, value: unknown, name: string): unknown {
  if (tag === 'Ref' || tag === 'Condition') return { [tag]: value };
  if (tag === 'GetAtt' && typeof value === 'string') return { 'Fn::GetAtt': attributePath(value) };
  if (SHORT_FORMS.includes(tag)) return { [`Fn::${tag}`]: value };
  throw new ExpectedError(`${name} has the YAML tag !${tag}, which is not a CloudFormation function.`);
}

/** Splits at the first dot: `Nested.Outputs.Url` is the attribute `Outputs.Url` of `Nested`. */
export function attributePath(text: string): [string, string] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): boolean {
  return [value].flat().every(item => typeof item === 'string');
}
