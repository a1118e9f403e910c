import { conditionMatches } from './condition';
import { matches, matchesArn, parsePattern, type PolicyScope } from './pattern';
import { all, any, not, toList, type Verdict } from './verdict';
import type { PolicyDocument } from '../contracts/policy-document';
import { textOf } from '../http/text-of';

export interface AuthorizationRequest {
  /** Such as `ivschat:GetRoom`. */
  readonly action: string;
  /** An ARN, or `*` for an action without a resource. */
  readonly resource: string;
  /** Values by condition key. */
  readonly context: Record<string, string | string[]>;
}

export interface Authorization {
  readonly allowed: boolean;
  readonly explicitDeny: boolean;
  /** The elements of the policies that are not supported. They never grant a permission. */
  readonly unsupported: string[];
}

/**
 * Evaluates identity-based policies.
 *
 * @param policies documents by policy name
 */
export function evaluate(policies: ReadonlyMap<string, PolicyDocument>, request: AuthorizationRequest): Authorization {
  const unsupported = new Set<string>();
  const verdicts: Record<'Allow' | 'Deny', Verdict[]> = { Allow: [], Deny: [] };

  for (const [policyName, document] of policies) {
    const scope: PolicyScope = {
      hasVariables: document.Version === '2012-10-17',
      context: request.context,
      unsupported: element => unsupported.add(`${element} (policy ${policyName})`),
    };
    for (const statement of toList(document.Statement) as Record<string, unknown>[]) {
      if (statement.Effect === 'Allow' || statement.Effect === 'Deny') verdicts[statement.Effect].push(evaluateStatement(statement, request, scope));
      else scope.unsupported('a statement without an Effect of Allow or Deny');
    }
  }

  const denied = any(verdicts.Deny);
  // An undecided Deny might apply, so it denies.
  return { allowed: denied === false && any(verdicts.Allow) === true, explicitDeny: denied === true, unsupported: [...unsupported] };
}

/** Evaluates the condition only if the rest matches, so that an unsupported operator in an unrelated statement is not reported. */
function evaluateStatement(statement: Record<string, unknown>, request: AuthorizationRequest, scope: PolicyScope): Verdict {
  if (!statement.Action === !statement.NotAction || !statement.Resource === !statement.NotResource) {
    scope.unsupported('a statement without exactly one of Action and NotAction, and of Resource and NotResource');
    return undefined;
  }
  const target = all([
    statement.Action ? matchesAction(statement.Action, request) : not(matchesAction(statement.NotAction, request)),
    statement.Resource ? matchesResources(statement.Resource, request, scope) : not(matchesResources(statement.NotResource, request, scope)),
  ]);
  if (target === false || statement.Condition === undefined) return target;
  return all([target, conditionMatches(statement.Condition, scope)]);
}

/** Actions are case-insensitive and support wildcards but no variables. */
function matchesAction(actions: unknown, request: AuthorizationRequest): Verdict {
  const plain: PolicyScope = { hasVariables: false, context: {}, unsupported: () => {} };
  return toList(actions).some(action => matches(parsePattern(textOf(action), plain)!, request.action, { ignoreCase: true }));
}

/** AWS documents that the resource type, such as `room` in `room/abc`, cannot contain a wildcard. */
const WILDCARD_IN_RESOURCE_TYPE = /^(?:[^:]*:){5}[^:/]*[*?][^:/]*[:/]/;

function matchesResources(resources: unknown, request: AuthorizationRequest, scope: PolicyScope): Verdict {
  return any(toList(resources).map(resource => matchesResource(textOf(resource), request, scope)));
}

function matchesResource(resource: string, request: AuthorizationRequest, scope: PolicyScope): Verdict {
  if (resource === '*') return true;
  if (WILDCARD_IN_RESOURCE_TYPE.test(resource)) {
    scope.unsupported(`the resource ${resource}, which has a wildcard in the resource type`);
    return undefined;
  }
  const whole = parsePattern(resource, scope);
  if (!whole) return undefined;
  if (matchesArn(parsePattern(toSixParts(resource), scope)!, request.resource)) return true;
  if (!matches(whole, request.resource)) return false;
  // AWS documents that a wildcard can match across colons, but not when it does.
  scope.unsupported(`the resource ${resource}, which has a wildcard across a colon`);
  return undefined;
}

/** A trailing asterisk stands for all missing parts of the ARN. */
function toSixParts(resource: string): string {
  const missing = 6 - resource.replace(/\$\{[^}]*\}/g, '').split(':').length;
  return missing > 0 && resource.endsWith('*') ? resource + ':*'.repeat(missing) : resource;
}
