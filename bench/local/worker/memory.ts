// Loaded into a server's process before its program: says what memory it has, without its garbage.
process.on('message', () => {
  globalThis.gc!();
  process.send!(process.memoryUsage());
});
// However the measurement ends, no server is left behind.
process.on('disconnect', () => process.exit());
