/**
 * The IAM actions of the service, and those of grants that combine several actions.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
 */
export const CREATE_AND_LIST = [
  'ivschat:CreateLoggingConfiguration',
  'ivschat:CreateRoom',
  'ivschat:ListLoggingConfigurations',
  'ivschat:ListRooms',
];
export const KNOWN_ACTIONS = [
  ...CREATE_AND_LIST,
  'ivschat:CreateChatToken',
  'ivschat:DeleteLoggingConfiguration',
  'ivschat:DeleteMessage',
  'ivschat:DeleteRoom',
  'ivschat:DisconnectUser',
  'ivschat:GetLoggingConfiguration',
  'ivschat:GetRoom',
  'ivschat:ListTagsForResource',
  'ivschat:SendEvent',
  'ivschat:TagResource',
  'ivschat:UntagResource',
  'ivschat:UpdateLoggingConfiguration',
  'ivschat:UpdateRoom',
];
export const ROOM_READ = ['ivschat:GetRoom', 'ivschat:ListTagsForResource'];
export const ROOM_MODERATE = ['ivschat:DeleteMessage', 'ivschat:DisconnectUser'];
export const ROOM_MANAGE = [
  'ivschat:DeleteRoom',
  'ivschat:GetRoom',
  'ivschat:ListTagsForResource',
  'ivschat:TagResource',
  'ivschat:UntagResource',
  'ivschat:UpdateRoom',
];
export const LOGGING_READ = ['ivschat:GetLoggingConfiguration', 'ivschat:ListTagsForResource'];
export const LOGGING_MANAGE = [
  'ivschat:DeleteLoggingConfiguration',
  'ivschat:GetLoggingConfiguration',
  'ivschat:ListTagsForResource',
  'ivschat:TagResource',
  'ivschat:UntagResource',
  'ivschat:UpdateLoggingConfiguration',
];
