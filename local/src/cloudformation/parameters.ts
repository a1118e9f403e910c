import type { TemplateParameter } from './template';
import { ExpectedError } from '../expected-error';

/** Version of the CDK bootstrap stack, which synthesized templates read from SSM. Higher than any required version. */
const BOOTSTRAP_VERSION = '999';

/** @param given by name; for an SSM parameter the value itself, because there is no SSM */
export function parameterValues(
  declared: Readonly<Record<string, TemplateParameter>>,
  given: Readonly<Record<string, string>>,
): Map<string, unknown> {
  const unknown = Object.keys(given).find(name => !Object.hasOwn(declared, name));
  if (unknown) throw new ExpectedError(`The template has no parameter ${unknown}.`);
  return new Map(Object.entries(declared).map(([name, parameter]) => {
    return [name, parameterValue(name, parameter, Object.hasOwn(given, name) ? given[name] : undefined)];
  }));
}

function parameterValue(name: string, parameter: TemplateParameter, given: string | undefined): unknown {
  const { Type: type, Default: byDefault, AllowedPattern: pattern, AllowedValues: allowed } = parameter;
  const fromSsm = type.startsWith('AWS::SSM::Parameter::Value');
  if (fromSsm && given === undefined) {
    if (name === 'BootstrapVersion') return BOOTSTRAP_VERSION;
    throw new ExpectedError(`The parameter ${name} is read from SSM (${byDefault ?? 'no default'}), which is not supported: pass its value with --parameters ${name}=VALUE.`);
  }
  const value = given ?? byDefault;
  if (value === undefined) throw new ExpectedError(`The parameter ${name} must have a value or a default: pass one with --parameters ${name}=VALUE.`);
  const text = String(value);
  const isList = type === 'CommaDelimitedList' || /List</.test(type);
  const values = isList ? text.split(',').map(item => item.trim()) : [text];
  for (const item of values) {
    if (allowed && !allowed.map(String).includes(item)) throw new ExpectedError(`The parameter ${name} must be one of ${allowed.join(', ')}, got ${item}.`);
    if (pattern && !new RegExp(`^(?:${pattern})$`).test(item)) throw new ExpectedError(`The parameter ${name} must match ${pattern}.`);
    if (/Number/.test(type)) {
      if (item === '' || Number.isNaN(Number(item))) throw new ExpectedError(`The parameter ${name} must be a number, got ${item || 'an empty string'}.`);
      checkRange(`The parameter ${name}`, Number(item), parameter.MinValue, parameter.MaxValue);
    }
  }
  if (type === 'String') checkRange(`The length of the parameter ${name}`, text.length, parameter.MinLength, parameter.MaxLength);
  return isList ? values : text;
}

function checkRange(subject: string, value: number, minimum: number | string = -Infinity, maximum: number | string = Infinity): void {
  if (value < Number(minimum)) throw new ExpectedError(`${subject} must be at least ${minimum}, got ${value}.`);
  if (value > Number(maximum)) throw new ExpectedError(`${subject} must be at most ${maximum}, got ${value}.`);
}
