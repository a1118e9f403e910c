/** Waits until a call may start. Returns false, without delaying the calls behind it, if the call is not needed when its turn comes. */
export type Pace = (isNeeded: () => boolean) => Promise<boolean>;

/**
 * Starts calls one after the other, with the same time between them. The quota of a judge is that of the account, and its calls must not
 * come in bursts.
 */
export function newPace(callsPerSecond: number): Pace {
  let lastStart = -Infinity;
  let lastTurn = Promise.resolve(true);
  const turn = async (isNeeded: () => boolean) => {
    if (!isNeeded()) return false;
    // From the actual start of the last call: a late timer must not lead to two calls in a row.
    const wait = Math.ceil(lastStart + 1_000 / callsPerSecond - performance.now());
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
    lastStart = performance.now();
    return true;
  };
  return async isNeeded => lastTurn = lastTurn.then(async () => turn(isNeeded));
}
