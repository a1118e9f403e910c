// Loaded into a server's process before its program. Answers with the memory in use after a garbage collection.
process.on('message', () => {
  globalThis.gc!();
  process.send!(process.memoryUsage());
});
// However the measurement ends, no server is left running.
process.on('disconnect', () => process.exit());
