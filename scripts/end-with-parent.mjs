// Preloaded by node-24.mjs: ends this process cleanly when the one that started it is gone. Processes forked from here load it too, so it acts
// only in the direct child.
if (process.env.TAPEDECK_PARENT_PID === String(process.ppid) && process.channel) {
  delete process.env.TAPEDECK_PARENT_PID;
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
