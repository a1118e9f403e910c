import { Resource, Stack } from 'aws-cdk-lib';
import { CfnRoom, type ILoggingConfigurationRef, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { detachmentsByArn } from './custom-resources/detachment';
import { applyRoomSettings } from './custom-resources/room-settings';
import type { IMessageReviewHandler } from './message-review-handler';
import { appState, mapOf } from './private/app-state';
import { validateProps, validateReviewHandler, validateRoom } from './private/argument-types';
import { resourceIdOf, validateArn } from './private/arns';
import { lit, validationError } from './private/errors';
import { loggingConfigurationArns } from './private/logging/logging-configuration-arns';
import { referencedConstructs } from './private/referenced-construct';
import { validateTags } from './private/tags';
import { validateMessageLength, validateMessageRate, validateSameEnvironment, warnIfRegionHasNoService } from './private/validation';

/**
 * Properties of chat room settings. At least one setting is required.
 */
export interface ChatRoomSettingsProps {
  /**
   * The room to change. It must be in the account and region of the stack, and must not be defined in this app.
   */
  readonly room: IRoomRef;

  /**
   * Maximum length of a message, in characters: 1 to 500. Removing the property leaves the room unchanged.
   *
   * @default - unchanged
   */
  readonly maximumMessageLength?: number;

  /**
   * Maximum number of messages per second that all users together can send to the room: 1 to 100. Removing the property
   * leaves the room unchanged.
   *
   * @default - unchanged
   */
  readonly maximumMessageRatePerSecond?: number;

  /**
   * Handler that reviews every message before it is delivered. Replaces the current handler of the room.
   *
   * Removing the property detaches the handler if the room still has it. `MessageReviewHandler.none()` detaches the current
   * handler once, whichever it is.
   *
   * @default - unchanged
   */
  readonly messageReviewHandler?: IMessageReviewHandler;

  /**
   * Logging configurations to add to those of the room. A room can have up to 3 in total.
   *
   * Removing a logging configuration from the list detaches it, even if the room had it before.
   *
   * @default - unchanged
   */
  readonly loggingConfigurations?: ILoggingConfigurationRef[];

  /**
   * Tags to add to those of the room. A room can have up to 50 in total. Keys have 1 to 128 characters and must not start
   * with `aws:`, values have up to 256 characters.
   *
   * Removing a tag from the map removes it from the room if it still has the same value.
   *
   * @default - unchanged
   */
  readonly tags?: { [key: string]: string };
}

/**
 * Settings of a room that is not defined in this app, for example one created manually, by another team or at runtime.
 *
 * A custom resource applies the settings through the API. Properties that are not set here stay unchanged. Removing a
 * property or the construct removes its handler, logging configurations and tags from the room, but keeps the message
 * length and rate. If two stacks set the same property of a room, the last deployment wins.
 *
 * Throws if a setting exceeds a limit of the service, if there is no setting, if the room is defined in this app, or if
 * the stack already has settings for the room.
 *
 * @example
 * declare const review: ivschat.MessageReviewHandler;
 *
 * new ivschat.ChatRoomSettings(this, 'BackstageSettings', {
 *   room: ivschat.ChatRoom.fromRoomId(this, 'Backstage', 'AbCdEfGhIjKl'),
 *   messageReviewHandler: review,
 * });
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateRoom.html
 */
@propertyInjectable
export class ChatRoomSettings extends Resource {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatRoomSettings';

  constructor(scope: Construct, id: string, props: ChatRoomSettingsProps) {
    super(scope, id);
    validateProps(this, props, '{ room, maximumMessageLength: 300 }');
    const { loggingConfigurations, maximumMessageLength, maximumMessageRatePerSecond, room, tags } = props;
    validateRoom(this, room);
    const { roomArn } = room.roomRef;
    validateArn(this, 'room', 'room', roomArn);
    validateSameEnvironment(this, 'room', room);
    this.validateNotDeclared(roomArn);
    this.validateNotEmpty(props);
    validateMessageLength(this, maximumMessageLength);
    validateMessageRate(this, maximumMessageRatePerSecond);
    validateTags(this, tags);
    validateReviewHandler(this, props.messageReviewHandler);
    warnIfRegionHasNoService(this);
    const loggingConfigurationIdentifiers = loggingConfigurations === undefined ? undefined : loggingConfigurationArns(this, loggingConfigurations);
    this.validateOnlyOne(roomArn);
    // The last check, because it can create a permission.
    const review = props.messageReviewHandler?.bind(this);

    const resource = applyRoomSettings(this, {
      RoomArn: roomArn,
      MaximumMessageLength: maximumMessageLength,
      MaximumMessageRatePerSecond: maximumMessageRatePerSecond,
      MessageReviewHandler: review && { Uri: review.handlerUri, FallbackResult: review.fallbackResult },
      LoggingConfigurationIdentifiers: loggingConfigurationIdentifiers,
      Tags: tags,
    });
    this.node.defaultChild = resource.node.defaultChild;
    // The service rejects a handler that it is not allowed to invoke yet.
    resource.node.addDependency(...review?.dependables ?? []);
    resource.node.addDependency(...detachmentsByArn(loggingConfigurationIdentifiers, this));
  }

  private validateNotDeclared(roomArn: string): void {
    const declared = referencedConstructs(this, roomArn).find(CfnRoom.isCfnRoom);
    if (!declared) return;
    throw validationError(this, lit`RoomIsDeclared`,
      `room must not be defined in this app, got ${declared.node.path}: set the properties of that room instead, or CloudFormation and ChatRoomSettings would overwrite each other`);
  }

  private validateNotEmpty({ room, ...settings }: ChatRoomSettingsProps): void {
    if (Object.values(settings).some(value => value !== undefined)) return;
    throw validationError(this, lit`NoSettings`,
      'ChatRoomSettings must have at least one of maximumMessageLength, maximumMessageRatePerSecond, messageReviewHandler, loggingConfigurations and tags, got none: add a setting, or remove the construct');
  }

  /** Compares IDs, because the partition of an ARN can be a token or a literal. */
  private validateOnlyOne(roomArn: string): void {
    const stack = Stack.of(this);
    const roomId = JSON.stringify(stack.resolve(resourceIdOf(this, roomArn)));
    const settingsByRoomId = mapOf(appState(this).roomSettings, stack);
    const other = settingsByRoomId.get(roomId);
    if (other !== undefined) {
      throw validationError(this, lit`RoomHasSettings`,
        `room must have at most one ChatRoomSettings in a stack, got ${other.construct.node.path} and ${this.node.path}: merge them into one construct`);
    }
    settingsByRoomId.set(roomId, { construct: this, roomArn });
  }
}
