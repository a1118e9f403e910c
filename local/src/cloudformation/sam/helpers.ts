import { ExpectedError } from '../../expected-error';

/** The words of a text as a part of a logical id: `/rooms/{id}` is `RoomsId`. */
export function pascalCase(text: string): string {
  return text.split(/[^A-Za-z0-9]+/).map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

export function invocationUri(functionId: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${functionId}.Arn}/invocations` };
}

/** Throws if one of the properties is given. @param remedy what to do instead */
export function refuseProperties(logicalId: string, properties: Readonly<Record<string, unknown>>, names: readonly string[], remedy: string): void {
  const found = names.find(name => properties[name] !== undefined);
  if (found !== undefined) throw new ExpectedError(`${found} of ${logicalId} is not supported by ivschat-local: ${remedy}.`);
}
