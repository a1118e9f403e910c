/**
 * Limits of the service, from the CloudFormation resource schemas of `AWS::IVSChat::Room` and
 * `AWS::IVSChat::LoggingConfiguration`, or from the API reference if it differs from the schema.
 */

/** @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateRoom.html */
export const MAX_NAME_LENGTH = 128;
export const NAME_PATTERN = /^[a-zA-Z0-9-_]*$/;
export const MAX_MESSAGE_LENGTH = 500;
/** The maximum of the API. That of CloudFormation is lower. */
export const MAX_MESSAGE_RATE = 100;
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ivschat-room.html */
export const MAX_CLOUDFORMATION_MESSAGE_RATE = 10;
/** The CloudFormation schema accepts 50. @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-logging.html */
export const MAX_LOGGING_CONFIGURATIONS = 3;

/** @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_TagResource.html */
export const MAX_TAGS = 50;
export const MAX_TAG_KEY_LENGTH = 128;
export const MAX_TAG_VALUE_LENGTH = 256;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ivschat-room-messagereviewhandler.html */
export const MAX_HANDLER_URI_LENGTH = 170;
export const HANDLER_URI_PATTERN = /^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+$/;

/**
 * Size of the resource policy of a function, an alias or a version, in bytes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_FUNCTION_POLICY_BYTES = 20_480;

/** Limits of the name of a log destination. */
export interface DestinationNameLimits {
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp;
  /** The pattern in words, for error messages. */
  readonly characters: string;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ivschat-loggingconfiguration-cloudwatchlogsdestinationconfiguration.html */
export const LOG_GROUP_NAME: DestinationNameLimits = {
  minLength: 1, maxLength: 512, pattern: /^[.\-_/#A-Za-z0-9]*$/, characters: 'letters, digits and any of . - _ / #',
};
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ivschat-loggingconfiguration-s3destinationconfiguration.html */
export const BUCKET_NAME: DestinationNameLimits = {
  minLength: 3, maxLength: 63, pattern: /^[a-z0-9-.]*$/, characters: 'lowercase letters, digits, hyphens and dots',
};
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ivschat-loggingconfiguration-firehosedestinationconfiguration.html */
export const DELIVERY_STREAM_NAME: DestinationNameLimits = {
  minLength: 1, maxLength: 64, pattern: /^[a-zA-Z0-9_.-]*$/, characters: 'letters, digits, underscores, hyphens and dots',
};

/** IDs of rooms and logging configurations, which the service generates. */
export const RESOURCE_ID = { pattern: /^[a-zA-Z0-9]{12}$/, description: '12 letters and digits' };

/**
 * Total number of characters in the inline policies of a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MAX_ROLE_POLICY_CHARACTERS = 10_240;
/** Number of characters in a managed policy. */
export const MAX_MANAGED_POLICY_CHARACTERS = 6_144;
/** Number of managed policies of a role, without an increase of the quota. */
export const MAX_MANAGED_POLICIES = 10;

/** @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html */
export const MAX_SESSION_MINUTES = 180;
/** Of the names and values of all attributes. */
export const MAX_ATTRIBUTE_BYTES = 1_024;

/** A user ID has at most 128 characters, of which the ID at the identity provider needs most. */
export const MAX_USER_ID_PREFIX_LENGTH = 64;

/** Number of rooms whose ARNs fit into the policy of a role, with its other permissions and in the region with the longest name. */
export const MAX_ROOMS_OF_FUNCTION = 140;

/**
 * Size of the environment variables of a function, with their names.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_ENVIRONMENT_BYTES = 4_096;

/**
 * Reason that the sender of a denied message receives: the attribute `Reason` of the response, with its name.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
 */
export const MAX_DENIAL_REASON_BYTES = MAX_ATTRIBUTE_BYTES - 'Reason'.length;
/** Of the compiled rules of a message filter. The function reads them in a few milliseconds. */
export const MAX_FILTER_BYTES = 500_000;

/** Of a log group. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const MAX_SUBSCRIPTION_FILTERS = 5;
/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html */
export const MAX_FILTER_PATTERN_LENGTH = 1_024;

/** In MB. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const MIN_LAMBDA_MEMORY = 128;
export const MAX_LAMBDA_MEMORY = 10_240;

/** @see https://docs.aws.amazon.com/general/latest/gr/ivs.html */
export const SERVICE_REGIONS = [
  'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2',
];

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html */
export const MAX_QUERY_NAME_LENGTH = 255;

/** Ten years of 365 days. */
export const MAX_BAN_MINUTES = 5_256_000;
/** That clients receive with the deletion of a message or a disconnect. */
export const MAX_REASON_LENGTH = 256;
/** The function counts as many. */
export const MAX_STRIKES = 100;
