import { Resource, Stack } from 'aws-cdk-lib';
import { CfnRoom, type ILoggingConfigurationRef, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import type { Construct } from 'constructs';
import { detachmentsOfArns } from './custom-resources/detachment';
import { applyRoomSettings } from './custom-resources/room-settings';
import type { IMessageReviewHandler } from './message-review-handler';
import { appState, mapOf } from './private/app-state';
import { resourceIdOf, validateArn } from './private/arns';
import { lit, validationError } from './private/errors';
import { loggingConfigurationArns } from './private/logging-configuration-arns';
import { referencedConstructs } from './private/referenced-construct';
import { validateTags } from './private/tags';
import { validateMessageLength, validateMessageRate, validateSameEnvironment, warnIfRegionHasNoService } from './private/validation';

/**
 * Properties of the settings of a room: at least one setting.
 */
export interface ChatRoomSettingsProps {
  /**
   * The room: an import, or one whose ARN is known only at deployment. It must be in the account and region of the stack, and
   * not be declared in this app.
   */
  readonly room: IRoomRef;

  /**
   * Longest message that may be sent, in characters: 1 to 500. It stays when it is removed here.
   *
   * @default - left as it is
   */
  readonly maximumMessageLength?: number;

  /**
   * Messages that may be sent to the room in a second, by all users together: 1 to 100. It stays when it is removed here.
   *
   * @default - left as it is
   */
  readonly maximumMessageRatePerSecond?: number;

  /**
   * Reviews every message before it is delivered, in the place of the handler the room has. It is taken off when it is removed
   * here, if the room has it still. `MessageReviewHandler.none()` takes off whatever handler there is, once.
   *
   * @default - left as it is
   */
  readonly messageReviewHandler?: IMessageReviewHandler;

  /**
   * Where the log of the chat goes, beside the logging configurations the room has: at most 3 with them. They are taken off
   * when they are removed here, also if the room had them before.
   *
   * @default - left as they are
   */
  readonly loggingConfigurations?: ILoggingConfigurationRef[];

  /**
   * Tags of the room, beside those it has: at most 50 with them; keys of 1 to 128 characters that do not begin with `aws:`,
   * values of up to 256. They are taken off when they are removed here, if they have the same value still.
   *
   * @default - left as they are
   */
  readonly tags?: { [key: string]: string };
}

/**
 * Settings of a room this app does not declare: one that was made by hand, by another team, or at run time.
 *
 * They are applied through the API, by a custom resource. What is named here is ours: it is set at deployment, and what
 * can be is taken off again when the property or the construct is removed. The rest of the room is left alone. Where two
 * stacks set the same thing on one room, the last deployment decides.
 *
 * Throws where a setting breaks a limit of the service, none is given, the room is declared in this app (set its
 * properties), or another construct of the stack has settings for it.
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
    const { loggingConfigurations, maximumMessageLength, maximumMessageRatePerSecond, room, tags } = props;
    const { roomArn } = room.roomRef;
    validateArn(this, 'room', 'room', roomArn);
    validateSameEnvironment(this, 'room', room);
    this.validateNotDeclared(roomArn);
    this.validateNotEmpty(props);
    validateMessageLength(this, maximumMessageLength);
    validateMessageRate(this, maximumMessageRatePerSecond);
    validateTags(this, tags);
    warnIfRegionHasNoService(this);
    const loggingConfigurationIdentifiers = loggingConfigurations && loggingConfigurationArns(this, loggingConfigurations);
    this.validateOnlyOne(roomArn);
    // Last, because it may write a permission.
    const review = props.messageReviewHandler?.bind(this);

    const resource = applyRoomSettings(this, {
      RoomArn: roomArn,
      MaximumMessageLength: maximumMessageLength,
      MaximumMessageRatePerSecond: maximumMessageRatePerSecond,
      MessageReviewHandler: review && { Uri: review.handlerUri, FallbackResult: review.fallbackResult },
      LoggingConfigurationIdentifiers: loggingConfigurationIdentifiers,
      Tags: tags,
    });
    // The service refuses a handler it may not invoke yet.
    resource.node.addDependency(...review?.dependables ?? []);
    resource.node.addDependency(...detachmentsOfArns(loggingConfigurationIdentifiers, this));
  }

  private validateNotDeclared(roomArn: string): void {
    const declared = referencedConstructs(roomArn).find(CfnRoom.isCfnRoom);
    if (!declared) return;
    throw validationError(this, lit`RoomIsDeclared`,
      `room must be one that this app does not declare, got ${declared.node.path}: set its own properties, or CloudFormation and these settings would undo each other`);
  }

  private validateNotEmpty({ room, ...settings }: ChatRoomSettingsProps): void {
    if (Object.values(settings).some(value => value !== undefined)) return;
    throw validationError(this, lit`NoSettings`,
      'ChatRoomSettings must have at least one of maximumMessageLength, maximumMessageRatePerSecond, messageReviewHandler, loggingConfigurations and tags, got none: add one, or remove the construct');
  }

  /** By its id: an ARN can be written with the partition's token or without. */
  private validateOnlyOne(roomArn: string): void {
    const stack = Stack.of(this);
    const roomId = JSON.stringify(stack.resolve(resourceIdOf(this, roomArn)));
    const ofStack = mapOf(appState(this).roomSettings, stack);
    const other = ofStack.get(roomId);
    if (other !== undefined) {
      throw validationError(this, lit`RoomHasSettings`,
        `room must have its settings once in a stack, got settings at ${other} and at ${this.node.path}: put them into one construct`);
    }
    ofStack.set(roomId, this.node.path);
  }
}
