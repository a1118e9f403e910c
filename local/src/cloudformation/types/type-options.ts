import type { CustomResourceCalls } from '../custom-resource-calls';
import type { SecretValues } from '../secret-values';
import type { Services } from '../services';
import type { Stack } from '../stack';

export interface TypeOptions extends Services {
  readonly calls: CustomResourceCalls;
  readonly roomUpdateResetsRate: boolean;
  readonly removalClearsProperty: boolean;
  readonly secrets: SecretValues;
  newStack(name: string): Stack;
}
