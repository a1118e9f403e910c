import type { ObjectSchema } from './property-schema';
import type { LoadedStack } from './source';

/** Properties of a resource, with intrinsic functions resolved, in the types of the schema. */
export type Properties = Readonly<Record<string, any>>;

/** State of an existing resource. */
export interface ResourceState {
  readonly physicalId: string;
  /** Value of `Ref`. @default - the physical id */
  readonly ref?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether attributes are masked in descriptions. */
  readonly noEcho?: boolean;
  /** Value of an attribute that `attributes` does not have. */
  attribute?(name: string): unknown;
}

/** Desired state of a resource. */
export interface ResourceRequest {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** Source of generated ids and names: unique for each physical resource, and the same in every run. */
  readonly seed: string;
  readonly source: LoadedStack;
  /** Fingerprint of what belongs to the resource besides its properties. */
  readonly fingerprint?: string;
}

/** Creates, updates and deletes resources of one type. */
export interface ResourceType {
  /** Properties are validated and converted by it before any method is called. */
  readonly schema: ObjectSchema;
  /** Properties whose change replaces the resource. */
  readonly immutable?: readonly string[];
  /** Update with every deployment, even if no property has changed. For nested stacks, whose templates change on their own. */
  readonly alwaysUpdated?: boolean;
  /** Whether an update may return another physical id, which replaces the resource. For custom resources. */
  readonly updateMayReplace?: boolean;
  /** Whether the resource is a stand-in: its attributes have made-up values. */
  readonly isStandIn?: boolean;
  /** Whether the addresses of the resource lead nowhere. */
  readonly hasDeadAddresses?: boolean;
  /** Do not report created and deleted resources in the live log. */
  readonly isQuiet?: boolean;
  /** Fingerprint of what belongs to the resource besides its properties, such as the files of a folder. A change updates the resource. */
  fingerprint?(properties: Properties, source: LoadedStack): string | undefined;
  /** Throws if an update to these properties must be refused before it starts. Nothing is rolled back then. */
  checkUpdate?(properties: Properties, old: Properties): void;
  create(request: ResourceRequest): Promise<ResourceState>;
  /** If missing, every change replaces the resource. A different physical id in the returned state means that the resource was replaced. */
  update?(request: ResourceRequest, state: ResourceState, old: Properties): Promise<ResourceState>;
  delete(request: ResourceRequest, state: ResourceState): Promise<void>;
  /** Called when the deployment has succeeded, to remove what was kept for a rollback. */
  commit?(state: ResourceState): Promise<void>;
  /** Rolls back an update. @default - an update to the previous properties */
  rollBack?(state: ResourceState): Promise<void>;
}

/** A failed create or update that left a resource behind. The `cause` is the failure. */
export class IncompleteError extends Error {
  constructor(cause: unknown, readonly state: ResourceState) {
    super('incomplete', { cause });
  }
}

/** The failure itself, if it left a resource behind. */
export function causeOf(error: unknown): unknown {
  return error instanceof IncompleteError ? error.cause : error;
}

export function describeResource({ logicalId, type }: Pick<ResourceRequest, 'logicalId' | 'type'>): string {
  return `${logicalId} (${type})`;
}
