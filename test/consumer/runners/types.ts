import { ChatError, type IvsChat, startIvsChat } from 'ivschat-local';

/** Compiled as CommonJS and as an ES module, and not run. */
export async function denial(app: { directory: string }): Promise<string> {
  const local: IvsChat = await startIvsChat({ app });
  const ada = await local.connect({ room: 'Chat/Lobby', userId: 'ada', capabilities: ['SEND_MESSAGE'] });
  try {
    for await (const { content, sendTime } of ada.messages) return `${content} at ${sendTime.toISOString()}`;
    return (await ada.send('Hello!')).sender.userId;
  } catch (error) {
    return error instanceof ChatError && error.code === 406 ? error.reason : '';
  }
}
