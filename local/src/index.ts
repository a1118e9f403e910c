export type {
  AppSource, Capability, ChatEvent, ChatLogRecord, ChatMessage, ChatTokenOptions, ChatUser, ConnectOptions, DeployedResource, DeployedRoom,
  DeployedStack, DeployOptions, Endpoints, Inbox, IssuedChatToken, IvsChat, IvsChatOptions, LogEntry, RoleCredentials, SignInOptions, SynthesizedApp,
  UserTokens,
} from './testing/api';
export type {
  LogPlace, LogProblem, ReplayedMessage, ReplayGroup, ReplayOptions, ReplayOutcome, ReplayResult, ReviewResult,
} from './replay/result';
export { ChatError } from './testing/chat-error';
export { startIvsChat } from './testing/start';
