import type { LoadedStack } from './source';

/** As they are after every intrinsic function has been replaced by its value. */
export type Properties = Readonly<Record<string, any>>;

/** What there is to know of a resource that exists. */
export interface ResourceState {
  readonly physicalId: string;
  /** What `Ref` gives, where that is not the physical id. */
  readonly ref?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether attributes are masked wherever they are shown. */
  readonly noEcho?: boolean;
  /** For attributes nobody has listed. */
  attribute?(name: string): unknown;
}

/** What a resource is to be. */
export interface ResourceRequest {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** A text of its own for each physical resource, and the same in every run: what generated ids and names are made from. */
  readonly seed: string;
  readonly source: LoadedStack;
  /** Of what belongs to the resource beside its properties. */
  readonly fingerprint?: string;
}

/** How one type of resource is made, changed and removed. */
export interface ResourceType {
  /** Properties that cannot be changed: a new resource takes the place of the old one. */
  readonly immutable?: readonly string[];
  /** Properties that say nothing of what is inside, as a nested stack's do: it is updated with every deployment. */
  readonly alwaysUpdated?: boolean;
  /** It says itself what has become of it. */
  readonly isQuiet?: boolean;
  /** Tells one state of what belongs to the resource beside its properties from another: of the files in a folder. */
  fingerprint?(properties: Properties, source: LoadedStack): string | undefined;
  create(request: ResourceRequest): Promise<ResourceState>;
  /** Without it every change replaces the resource. Another physical id in the answer says that the resource has been replaced. */
  update?(request: ResourceRequest, state: ResourceState, old: Properties): Promise<ResourceState>;
  delete(request: ResourceRequest, state: ResourceState): Promise<void>;
  /** The deployment it was part of has succeeded: what was kept for a rollback can go. */
  commit?(state: ResourceState): Promise<void>;
  /** Where going back is something else than an update to what was before. */
  rollBack?(state: ResourceState): Promise<void>;
}

/** A create or update that has failed and has left something behind. */
export class IncompleteError extends Error {
  constructor(message: string, readonly state: ResourceState) {
    super(message);
  }
}

export function describeResource({ logicalId, type }: Pick<ResourceRequest, 'logicalId' | 'type'>): string {
  return `${logicalId} (${type})`;
}
