/**
 * Does the work of each one as soon as that of all it waits for is done.
 *
 * What waits for one that has failed is not begun, and with `stop` nothing else is either; what has begun is brought to its end.
 *
 * @returns those that have failed
 */
export async function inOrder(
  ids: readonly string[],
  waitsFor: (id: string) => Iterable<string>,
  work: (id: string) => Promise<void>,
  stop = false,
): Promise<Map<string, Error>> {
  const all = new Set(ids);
  const waiting = new Set(ids);
  const done = new Set<string>();
  const failed = new Map<string, Error>();
  const startReady = async (): Promise<void> => {
    if (stop && failed.size > 0) return;
    const ready = [...waiting].filter(id => [...waitsFor(id)].every(other => done.has(other) || !all.has(other)));
    for (const id of ready) waiting.delete(id);
    await Promise.all(ready.map(async id => {
      try {
        await work(id);
        done.add(id);
      } catch (error) {
        failed.set(id, error as Error);
        return;
      }
      await startReady();
    }));
  };
  await startReady();
  return failed;
}

/** @returns a circle of ids that wait for each other, the first one repeated at its end */
export function findCircle(ids: readonly string[], waitsFor: (id: string) => Iterable<string>): string[] | undefined {
  const finished = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (finished.has(id)) return undefined;
    for (const other of waitsFor(id)) {
      const circle = visit(other, [...path, id]);
      if (circle) return circle;
    }
    finished.add(id);
    return undefined;
  };
  for (const id of ids) {
    const circle = visit(id, []);
    if (circle) return circle;
  }
  return undefined;
}
