import type { AddToPrincipalPolicyResult, IPrincipal, PolicyStatement, PrincipalPolicyFragment } from 'aws-cdk-lib/aws-iam';
import type { IDependable } from 'constructs';

/** A principal whose statements are written to another policy than its own. */
export class RedirectedPrincipal implements IPrincipal {
  public readonly grantPrincipal: IPrincipal = this;

  /** @param write writes a statement, and returns what other resources depend on if they need the permission */
  constructor(private readonly principal: IPrincipal, private readonly write: (statement: PolicyStatement) => IDependable) {}

  public get assumeRoleAction(): string {
    return this.principal.assumeRoleAction;
  }

  public get policyFragment(): PrincipalPolicyFragment {
    return this.principal.policyFragment;
  }

  public get principalAccount(): string | undefined {
    return this.principal.principalAccount;
  }

  public addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    return { statementAdded: true, policyDependable: this.write(statement) };
  }

  public addToPolicy(statement: PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }
}
