import type { ChatApi } from './chat-api';

/**
 * Nobody calls Delete after a Create that failed, so it takes its own work back. The error stays the one that is thrown.
 */
export async function undoingOnFailure(api: ChatApi, work: () => Promise<void>, undo: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!api.mayHaveChanged) throw error;
    api.useReserve();
    try {
      await undo();
    } catch (undoError) {
      throw new Error(`${(error as Error).message} What was done already could not be taken back: ${(undoError as Error).message}`);
    }
    throw error;
  }
}
