const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } };

/** Resources of a template: a function that Amazon IVS Chat may invoke. @param code inline code, or a folder */
function functionResources(name: string, code: object | string): object {
  return {
    Role: ROLE,
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name, Runtime: `nodejs${process.versions.node.split('.')[0]}.x`, Handler: 'index.handler', Timeout: 60, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: code,
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Function' }, Principal: 'ivschat.amazonaws.com' },
    },
  };
}

export function inlineFunction(name: string, source: string): object {
  return functionResources(name, { ZipFile: source });
}

/** @param folder relative to the template */
export function functionFromFolder(name: string, folder: string): object {
  return functionResources(name, folder);
}
