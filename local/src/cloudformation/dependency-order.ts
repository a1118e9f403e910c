/**
 * Runs a task for each id as soon as the tasks of its dependencies are done.
 *
 * If a task fails, those that depend on it do not start. Running tasks are completed.
 *
 * @param dependenciesOf ids to wait for; unknown ids are ignored
 * @param stopOnFailure start no further task after the first failure
 * @returns the errors of failed tasks
 */
export async function runInDependencyOrder(
  ids: readonly string[],
  dependenciesOf: (id: string) => Iterable<string>,
  task: (id: string) => Promise<void>,
  stopOnFailure = false,
): Promise<Map<string, Error>> {
  const all = new Set(ids);
  const waiting = new Set(ids);
  const done = new Set<string>();
  const failed = new Map<string, Error>();
  const startReady = async (): Promise<void> => {
    if (stopOnFailure && failed.size > 0) return;
    const ready = [...waiting].filter(id => [...dependenciesOf(id)].every(other => done.has(other) || !all.has(other)));
    for (const id of ready) waiting.delete(id);
    await Promise.all(ready.map(async id => {
      try {
        await task(id);
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

/** Returns a cycle of ids that depend on each other, with the first id repeated at its end. */
export function findCycle(ids: readonly string[], dependenciesOf: (id: string) => Iterable<string>): string[] | undefined {
  const finished = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (finished.has(id)) return undefined;
    for (const other of dependenciesOf(id)) {
      const cycle = visit(other, [...path, id]);
      if (cycle) return cycle;
    }
    finished.add(id);
    return undefined;
  };
  for (const id of ids) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Sorts ids so that each comes after its dependencies. Unknown ids are ignored. @param dependenciesOf without a cycle */
export function inDependencyOrder(ids: readonly string[], dependenciesOf: (id: string) => Iterable<string>): string[] {
  const known = new Set(ids);
  const ordered = new Set<string>();
  const visit = (id: string): void => {
    if (ordered.has(id) || !known.has(id)) return;
    for (const other of dependenciesOf(id)) visit(other);
    ordered.add(id);
  };
  ids.forEach(visit);
  return [...ordered];
}
