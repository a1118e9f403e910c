const PARENT_CHECK_MILLISECONDS = 500;

/**
 * Calls the function once, on a signal that ends a program, or when npx or npm has been ended, which does not always pass signals on.
 * A second signal ends the process at once.
 */
export function onStop(stop: () => void): void {
  let isStopping = false;
  const handle = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop();
  };
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, handle);
  if (process.env.npm_command !== undefined) onParentEnd(() => isStopping || handle());
}

/** A process whose parent has ended gets another one. */
function onParentEnd(listener: () => void): void {
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    listener();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
}
