import type { ResourceType } from './resource-type';
import type { SecretValues } from './secret-values';
import type { Seeds } from './seeds';
import type { Services } from './services';
import type { Stack } from './stack';
import type { StackLog } from './stack-log';

/** State that all stacks share. */
export interface StackContext {
  readonly secrets: SecretValues;
  readonly services: Services;
  readonly stacks: Set<Stack>;
  readonly seeds: Seeds;
  typeOf(type: string): ResourceType;
}

/** What the steps of a deployment need. */
export interface DeploymentContext {
  readonly secrets: SecretValues;
  readonly seeds: Seeds;
  readonly log: StackLog;
  typeOf(type: string): ResourceType;
}
