import { matches, matchesArn, parsePattern } from '../iam-pattern';

/** One statement of a function's resource policy, as AddPermission takes it. */
export interface Permission {
  readonly id: string;
  /** A service such as `ivschat.amazonaws.com`, an account, an ARN, or `*`. */
  readonly principal: string;
  /** Such as `lambda:InvokeFunction`. */
  readonly action: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly functionUrlAuthType?: string;
  /** Only calls through the function's URL. */
  readonly invokedViaFunctionUrl?: boolean;
}

const PLAIN = { hasVariables: false, context: {}, unsupported: () => {} };

/** Whether Amazon IVS Chat may invoke the function for a room of an account. */
export function allowsService(permission: Permission, source: { arn: string; account: string }): boolean {
  return permission.principal === 'ivschat.amazonaws.com' &&
    allowsAction(permission, 'lambda:InvokeFunction') &&
    !permission.invokedViaFunctionUrl && permission.functionUrlAuthType === undefined &&
    (permission.sourceAccount === undefined || permission.sourceAccount === source.account) &&
    (permission.sourceArn === undefined || matchesArn(parsePattern(permission.sourceArn, PLAIN)!, source.arn));
}

/** Whether anyone may call the URL of a function without credentials. */
export function allowsAnyone(permission: Permission): boolean {
  return permission.principal === '*' &&
    allowsAction(permission, 'lambda:InvokeFunctionUrl') &&
    permission.sourceArn === undefined && permission.sourceAccount === undefined &&
    (permission.functionUrlAuthType ?? 'NONE') === 'NONE';
}

function allowsAction(permission: Permission, action: string): boolean {
  return matches(parsePattern(permission.action, PLAIN)!, action, { ignoreCase: true });
}
