import type { CdkCustomResourceEvent } from 'aws-lambda';
import type { ChatApi, SentChanges } from './chat-api';

/** A type of custom resource. CloudFormation may send an event twice, so each of the methods must be idempotent. */
export interface LifeCycle<Props> {
  /** @throws an error with a message for the user if the properties are not valid */
  parse(properties: Record<string, unknown>): Props;
  /** Identifies what the resource manages. When it changes, CloudFormation deletes the old resource at the end of the update. */
  physicalIdOf(props: Props): string;
  onCreate(props: Props, api: ChatApi): Promise<void>;
  /** Called only if the physical id stays the same. For a rollback CloudFormation sends another update, with old and new swapped. */
  onUpdate(props: Props, old: Props, api: ChatApi): Promise<void>;
  /** Called only with properties that match the physical id. Succeeds if there is nothing left to delete. */
  onDelete(props: Props, api: ChatApi, logicalId: string): Promise<void>;
}

/** @returns the physical id */
export async function handleEvent<Props>(resource: LifeCycle<Props>, event: CdkCustomResourceEvent, api: ChatApi): Promise<string> {
  switch (event.RequestType) {
    case 'Create': {
      const props = resource.parse(event.ResourceProperties);
      await create(resource, props, api);
      return resource.physicalIdOf(props);
    }
    case 'Update': {
      const props = resource.parse(event.ResourceProperties);
      const id = resource.physicalIdOf(props);
      const old = tryParse(resource, event.OldResourceProperties);
      if (old && resource.physicalIdOf(old) === id) {
        await resource.onUpdate(props, old, api);
      } else {
        await create(resource, props, api);
      }
      return id;
    }
    case 'Delete': {
      const props = tryParse(resource, event.ResourceProperties);
      if (props && resource.physicalIdOf(props) === event.PhysicalResourceId) {
        await resource.onDelete(props, api, event.LogicalResourceId);
      } else {
        // CloudFormation makes up an id for a resource whose creation was never answered.
        api.log(`${event.PhysicalResourceId} was not created by this handler: nothing to delete`);
      }
      return event.PhysicalResourceId;
    }
  }
}

async function create<Props>(resource: LifeCycle<Props>, props: Props, api: ChatApi): Promise<void> {
  api.expectNewRoom();
  await resource.onCreate(props, api);
}

/** Rejected properties are sent again: as the old properties of the rollback, or with the deletion. */
function tryParse<Props>(resource: LifeCycle<Props>, properties: Record<string, unknown>): Props | undefined {
  try {
    return resource.parse(properties);
  } catch {
    return undefined;
  }
}

/**
 * Undoes a creation that failed midway, because CloudFormation sends no deletion for it. Throws the error of the creation.
 *
 * @param undo goes by what was sent, since a read may not show it yet
 */
export async function undoOnFailure(api: ChatApi, work: () => Promise<void>, undo: (sent: SentChanges) => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!api.mayHaveChanged) throw error;
    try {
      await undo(api.startUndo());
    } catch (undoError) {
      throw new Error(`${(error as Error).message} The changes made before that could not be undone: ${(undoError as Error).message}`);
    }
    throw error;
  }
}
