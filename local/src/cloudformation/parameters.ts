import type { TemplateParameter } from './template';

/** The version of the CDK's bootstrap stack, which synthesized templates ask SSM for. Newer than any they ask for. */
const BOOTSTRAP_VERSION = '999';

/** @param given by name; to an SSM parameter the value itself, there being no SSM here */
export function parameterValues(
  declared: Readonly<Record<string, TemplateParameter>>,
  given: Readonly<Record<string, string>>,
): Map<string, unknown> {
  const unknown = Object.keys(given).find(name => !(name in declared));
  if (unknown) throw new Error(`The template has no parameter ${unknown}.`);
  return new Map(Object.entries(declared).map(([name, parameter]) => [name, parameterValue(name, parameter, given[name])]));
}

function parameterValue(name: string, parameter: TemplateParameter, given: string | undefined): unknown {
  const { Type: type, Default: byDefault, AllowedPattern: pattern, AllowedValues: allowed } = parameter;
  const fromSsm = type.startsWith('AWS::SSM::Parameter::Value');
  if (fromSsm && given === undefined) {
    if (name === 'BootstrapVersion') return BOOTSTRAP_VERSION;
    throw new Error(`The parameter ${name} is read from SSM (${byDefault ?? 'without a default'}), which is not here: give it a value.`);
  }
  const value = given ?? byDefault;
  if (value === undefined) throw new Error(`The parameter ${name} has no value and no default.`);
  const text = String(value);
  const isList = type === 'CommaDelimitedList' || /List</.test(type);
  const values = isList ? text.split(',').map(item => item.trim()) : [text];
  for (const item of values) {
    if (allowed && !allowed.map(String).includes(item)) throw new Error(`The parameter ${name} is ${item}, and may be ${allowed.join(', ')}.`);
    if (pattern && !new RegExp(`^(?:${pattern})$`).test(item)) throw new Error(`The parameter ${name} does not match ${pattern}.`);
    if (/Number/.test(type)) {
      if (item === '' || Number.isNaN(Number(item))) throw new Error(`The parameter ${name} is ${item || 'empty'}, which is no number.`);
      checkRange(`The parameter ${name}`, Number(item), parameter.MinValue, parameter.MaxValue);
    }
  }
  if (type === 'String') checkRange(`The length of the parameter ${name}`, text.length, parameter.MinLength, parameter.MaxLength);
  return isList ? values : text;
}

function checkRange(what: string, value: number, minimum: number | string = -Infinity, maximum: number | string = Infinity): void {
  if (value < Number(minimum)) throw new Error(`${what} is ${value}, and has to be at least ${minimum}.`);
  if (value > Number(maximum)) throw new Error(`${what} is ${value}, and may be at most ${maximum}.`);
}
