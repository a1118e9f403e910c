import { describeResource, type ResourceRequest, type ResourceState } from './resource-type';
import { ExpectedError } from '../expected-error';

/** An existing resource. Immutable, so that a rollback can restore the previous object. */
export interface StackResource extends ResourceRequest {
  readonly dependencies: readonly string[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  readonly state: ResourceState;
  readonly status: string;
}

/** What a stack has after a deployment. */
export interface StackContents {
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly exports: ReadonlyMap<string, string>;
  /** Names of the exports of other stacks that this one imports. */
  readonly imports: ReadonlySet<string>;
}

/** Value of `Ref`. */
export function refOf({ state }: StackResource): unknown {
  return state.ref ?? state.physicalId;
}

/** Value of `Fn::GetAtt`. Throws if the resource has no such attribute. */
export function attributeOf(resource: StackResource, attribute: string): unknown {
  const { state } = resource;
  const value = Object.hasOwn(state.attributes, attribute) ? state.attributes[attribute] : state.attribute?.(attribute);
  if (value === undefined) throw new ExpectedError(`${describeResource(resource)} has no attribute ${attribute}.`);
  return value;
}
