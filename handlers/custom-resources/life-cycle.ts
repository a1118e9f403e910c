import type { ChatApi } from './chat-api';

/** What a custom resource does. Each of these may be called twice for one event, and must then do no harm. */
export interface LifeCycle<Props> {
  /** @throws a sentence for the user where the properties are not what this resource needs */
  parse(properties: Record<string, unknown>): Props;
  /** A key of what the resource is about. Where it changes, CloudFormation deletes the old one when the update is through. */
  physicalIdOf(props: Props): string;
  onCreate(props: Props, api: ChatApi): Promise<void>;
  /** Only called where the physical id stays. CloudFormation rolls back with another call, old and new swapped. */
  onUpdate(props: Props, old: Props, api: ChatApi): Promise<void>;
  /** Only called with the properties that belong to the physical id. What is gone already is a success. */
  onDelete(props: Props, api: ChatApi): Promise<void>;
}
