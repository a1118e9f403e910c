import type { IvsChat, IvsChatOptions } from './api';
import { LocalIvsChat } from './local-ivs-chat';

/**
 * Starts the local runtime in this process and deploys an app to it.
 *
 * Rejects if the app cannot be synthesized or deployed; nothing keeps running then.
 */
export async function startIvsChat(options: IvsChatOptions = {}): Promise<IvsChat> {
  return LocalIvsChat.start(options);
}
