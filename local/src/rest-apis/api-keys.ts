import type { ApiKey, UsagePlan } from '../contracts/rest-api';
import { ExpectedError } from '../expected-error';

/** API keys, and the usage plans that say which stages they are for. */
export class ApiKeys {
  private readonly keys = new Map<string, ApiKey>();
  private readonly plans = new Map<string, UsagePlan>();
  private readonly keysOfPlans = new Map<string, Set<string>>();

  public put(key: ApiKey): void {
    this.keys.set(key.id, key);
  }

  public delete(id: string): void {
    this.keys.delete(id);
  }

  public putPlan(plan: UsagePlan): void {
    this.plans.set(plan.id, plan);
  }

  public deletePlan(id: string): void {
    this.plans.delete(id);
    this.keysOfPlans.delete(id);
  }

  public addToPlan(planId: string, keyId: string): void {
    if (!this.plans.has(planId)) throw new ExpectedError(`UsagePlanId must be the id of a usage plan, got ${planId}.`);
    if (!this.keys.has(keyId)) throw new ExpectedError(`KeyId must be the id of an API key, got ${keyId}.`);
    this.keysOfPlans.set(planId, new Set([...this.keysOfPlans.get(planId) ?? [], keyId]));
  }

  public removeFromPlan(planId: string, keyId: string): void {
    this.keysOfPlans.get(planId)?.delete(keyId);
  }

  /** Finds an enabled key with the value that a usage plan has for the stage. */
  public find(value: string, apiId: string, stage: string): ApiKey | undefined {
    const isFor = (id: string) => [...this.plans.values()].some(plan => {
      return this.keysOfPlans.get(plan.id)?.has(id) && plan.stages.some(it => it.apiId === apiId && it.stage === stage);
    });
    return [...this.keys.values()].find(key => key.value === value && key.isEnabled && isFor(key.id));
  }
}
