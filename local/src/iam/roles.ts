import { evaluate, type Authorization, type AuthorizationRequest } from './evaluator';
import type { PolicyDocument } from '../contracts/policy-document';

/** The roles of the deployed stacks and their policies. */
export class Roles {
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

  /** An unknown role has no permissions. */
  public authorize(roleArn: string, request: AuthorizationRequest): Authorization {
    return evaluate(this.roles.get(roleArn) ?? new Map(), request);
  }
}
