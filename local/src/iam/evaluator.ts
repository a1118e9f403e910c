import { conditionHolds } from './condition';
import { all, any, list, not, type Verdict } from './verdict';
import { matches, matchesArn, parsePattern, type PolicyScope } from './pattern';

export interface PolicyDocument {
  readonly Version?: string;
  // As a template has it: anything, until it has been read.
  readonly Statement: any | any[];
}

export interface AuthorizationRequest {
  /** Such as `ivschat:GetRoom`. */
  readonly action: string;
  /** An ARN, or `*` for an action on no resource. */
  readonly resource: string;
  /** The condition keys that have a value. */
  readonly context: Record<string, string | string[]>;
}

export interface Authorization {
  readonly allowed: boolean;
  readonly explicitDeny: boolean;
  /** What the policies say that is not understood here. Never taken as a permission. */
  readonly unsupported: string[];
}

/** The roles of the deployed stacks, and what their policies allow. */
export class Iam {
  private readonly roles = new Map<string, Map<string, PolicyDocument>>();

  public has(roleArn: string): boolean {
    return this.roles.has(roleArn);
  }

  public putRole(roleArn: string, policies: Record<string, PolicyDocument>): void {
    this.roles.set(roleArn, new Map(Object.entries(policies)));
  }

  public putPolicy(roleArn: string, policyName: string, document: PolicyDocument): void {
    const policies = this.roles.get(roleArn) ?? new Map<string, PolicyDocument>();
    this.roles.set(roleArn, policies.set(policyName, document));
  }

  public removePolicy(roleArn: string, policyName: string): void {
    this.roles.get(roleArn)?.delete(policyName);
  }

  public deleteRole(roleArn: string): void {
    this.roles.delete(roleArn);
  }

  /** A role that is not known may do nothing. */
  public authorize(roleArn: string, request: AuthorizationRequest): Authorization {
    const unsupported = new Set<string>();
    const verdicts: Record<'Allow' | 'Deny', Verdict[]> = { Allow: [], Deny: [] };

    for (const [policyName, document] of this.roles.get(roleArn) ?? []) {
      const scope: PolicyScope = {
        hasVariables: document.Version === '2012-10-17',
        context: request.context,
        unsupported: what => unsupported.add(`${what} (policy ${policyName})`),
      };
      for (const statement of list(document.Statement) as Record<string, unknown>[]) {
        if (statement.Effect === 'Allow' || statement.Effect === 'Deny') verdicts[statement.Effect].push(applies(statement, request, scope));
        else scope.unsupported('a statement without an Effect of Allow or Deny');
      }
    }

    const denied = any(verdicts.Deny);
    // A Deny that is not decided might hold.
    return { allowed: denied === false && any(verdicts.Allow) === true, explicitDeny: denied === true, unsupported: [...unsupported] };
  }
}

/** Looks at the condition last, and only if the rest fits: an unknown operator in a statement on something else is of no interest. */
function applies(statement: Record<string, unknown>, request: AuthorizationRequest, scope: PolicyScope): Verdict {
  if (!statement.Action === !statement.NotAction || !statement.Resource === !statement.NotResource) {
    scope.unsupported('a statement without exactly one of Action and NotAction, and of Resource and NotResource');
    return undefined;
  }
  const target = all([
    statement.Action ? hasAction(statement.Action, request) : not(hasAction(statement.NotAction, request)),
    statement.Resource ? hasResource(statement.Resource, request, scope) : not(hasResource(statement.NotResource, request, scope)),
  ]);
  if (target === false || statement.Condition === undefined) return target;
  return all([target, conditionHolds(statement.Condition, scope)]);
}

/** Actions are not case-sensitive, and have wildcards but no variables. */
function hasAction(actions: unknown, request: AuthorizationRequest): Verdict {
  const plain: PolicyScope = { hasVariables: false, context: {}, unsupported: () => {} };
  return list(actions).some(action => matches(parsePattern(String(action), plain)!, request.action, { ignoreCase: true }));
}

/** AWS documents that the type of a resource, such as the "room" of "room/abc", cannot have a wildcard. */
const WILDCARD_IN_TYPE = /^(?:[^:]*:){5}[^:/]*[*?][^:/]*[:/]/;

function hasResource(resources: unknown, request: AuthorizationRequest, scope: PolicyScope): Verdict {
  return any(list(resources).map(resource => fitsResource(String(resource), request, scope)));
}

function fitsResource(resource: string, request: AuthorizationRequest, scope: PolicyScope): Verdict {
  if (resource === '*') return true;
  if (WILDCARD_IN_TYPE.test(resource)) {
    scope.unsupported(`the resource ${resource}, a wildcard in the type of the resource`);
    return undefined;
  }
  const whole = parsePattern(resource, scope);
  if (!whole) return undefined;
  if (matchesArn(parsePattern(toSixParts(resource), scope)!, request.resource)) return true;
  if (!matches(whole, request.resource)) return false;
  // Documented is that it "can", and not when.
  scope.unsupported(`the resource ${resource}, a wildcard that reaches over a colon`);
  return undefined;
}

/** An asterisk at the end stands for all parts that are missing. */
function toSixParts(resource: string): string {
  const missing = 6 - resource.replace(/\$\{[^}]*\}/g, '').split(':').length;
  return missing > 0 && resource.endsWith('*') ? resource + ':*'.repeat(missing) : resource;
}
