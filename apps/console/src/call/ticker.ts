// A worker whose only job is a steady timer: timers of a hidden page are slowed down, a worker's are not.
setInterval(() => postMessage(null), 1000 / 30);
