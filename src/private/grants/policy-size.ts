import type { Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole, type IRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { MAX_MANAGED_POLICIES, MAX_MANAGED_POLICY_CHARACTERS, MAX_ROLE_POLICY_CHARACTERS } from '../limits';
import { l1Of, referencedConstructs } from '../referenced-construct';

/** The length that the CDK assumes for a reference, most of which are ARNs. */
const REFERENCE_CHARACTERS = 150;
/** The longest of the pseudo parameters that ARNs consist of: a region or an account. */
const PSEUDO_PARAMETER_CHARACTERS = 14;

/** What a role has room for. */
export interface PolicyBudget {
  /** Characters of inline policies. */
  inline: number;
  /** Number of managed policies. */
  managed: number;
}

/**
 * Returns what a role has room for, in addition to the policies that this app attaches to it. Others are not known: an imported
 * role has policies that are managed elsewhere.
 */
export function policyBudget(role: IRole): PolicyBudget {
  let inline = 0;
  let managed = 0;
  for (const construct of role.node.root.node.findAll()) {
    if (CfnPolicy.isCfnPolicy(construct) && isAttached(construct, role)) {
      inline += charactersOf(documentOf(construct.policyDocument, construct.stack));
    } else if (CfnManagedPolicy.isCfnManagedPolicy(construct) && isAttached(construct, role)) {
      managed++;
    } else if (CfnRole.isCfnRole(construct) && construct === role.node.defaultChild) {
      inline += charactersOf(construct.stack.resolve(construct.policies));
      managed += (construct.stack.resolve(construct.managedPolicyArns) as unknown[] | undefined)?.length ?? 0;
    }
  }
  // The CDK splits a default policy that is too large for the role into managed policies.
  managed += Math.ceil(Math.max(0, inline - MAX_ROLE_POLICY_CHARACTERS) / MAX_MANAGED_POLICY_CHARACTERS);
  return { inline: Math.max(0, MAX_ROLE_POLICY_CHARACTERS - inline), managed: Math.max(0, MAX_MANAGED_POLICIES - managed) };
}

function isAttached(policy: CfnManagedPolicy | CfnPolicy, role: IRole): boolean {
  const resource = l1Of(role);
  if (resource) return referencedConstructs(policy, policy.roles).includes(resource);
  const names: unknown = policy.stack.resolve(policy.roles);
  return Array.isArray(names) && names.includes(role.roleName);
}

/** A document that is resolved can no longer be changed, so only what it consists of is resolved. */
function documentOf(document: unknown, stack: Stack): unknown {
  return stack.resolve(document instanceof PolicyDocument ? document.toJSON() : document);
}

/** Returns the length of a resolved value as JSON without whitespace, which IAM does not count. */
export function charactersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, element) => sum + charactersOf(element) + 1, 2);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)?.length ?? 0;
  const entries = Object.entries(value);
  const [key, argument] = entries.length === 1 ? entries[0] : [];
  if (key === 'Ref') return String(argument).startsWith('AWS::') ? PSEUDO_PARAMETER_CHARACTERS : REFERENCE_CHARACTERS;
  if (key === 'Fn::Join') return charactersOf((argument as unknown[])[1]);
  if (key?.startsWith('Fn::')) return REFERENCE_CHARACTERS;
  return entries.reduce((sum, [name, inner]) => sum + name.length + 4 + charactersOf(inner), 2);
}
