import { gzipSync } from 'zlib';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import type { EventFrame, MessageFrame } from '../../handlers/shared/chat-log';

export const ROOM_ID = 'AbCdEfGhIjKl';

export function messageFrame(id: string, sendTime: string, more: Partial<MessageFrame> = {}): MessageFrame {
  return { Type: 'MESSAGE', Id: id, Attributes: {}, Content: `message ${id}`, SendTime: sendTime, Sender: { UserId: 'ada', Attributes: {} }, ...more };
}

export function deletionFrame(id: string, messageId: string, sendTime: string, reason?: string): EventFrame {
  return eventFrame(id, 'aws:DELETE_MESSAGE', sendTime, { MessageID: messageId, MessageId: messageId, ...reason !== undefined && { Reason: reason } });
}

export function eventFrame(id: string, eventName: string, sendTime: string, attributes: Record<string, string> = {}): EventFrame {
  return { Type: 'EVENT', Id: id, EventName: eventName, SendTime: sendTime, Attributes: attributes };
}

/** The line of a chat log with a frame. */
export function recordOf(frame: EventFrame | MessageFrame): string {
  return JSON.stringify({ event_timestamp: frame.SendTime, type: frame.Type, version: '1.0', payload: frame });
}

/** The event of a subscription filter with these lines. */
export function chatLogEvent(lines: readonly string[], more: object = {}): CloudWatchLogsEvent {
  const data = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/vendedlogs/chat',
    logStream: `aws/IVSChatLogs/1.0/room_${ROOM_ID}`,
    subscriptionFilters: ['Subscription'],
    logEvents: lines.map((message, index) => ({ id: String(index), timestamp: Date.now(), message })),
    ...more,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
}
