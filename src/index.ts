export * from './chat-metrics';
export * from './chat-room';
export * from './chat-room-grants';
export * from './chat-room-settings';
export * from './logging-configuration';
export * from './logging-configuration-grants';
export * from './logging-destination';
export * from './message-review-handler';
