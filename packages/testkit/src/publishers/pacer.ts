/**
 * Calls `tick(index)` for index 0, 1, 2 … at `index × intervalMs` after the start, on the monotonic clock: a late event loop makes ticks come
 * late, never makes them fewer. Returns the stop function, which is idempotent.
 *
 * @param originMs Monotonic start (`performance.now()`), so that several pacers share one origin.
 */
export function startPacer(originMs: number, intervalMs: number, tick: (index: number) => void): () => void {
  let index = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const run = (): void => {
    while (!isStopped && originMs + index * intervalMs <= performance.now()) tick(index++);
    if (!isStopped) timer = setTimeout(run, Math.max(0, originMs + index * intervalMs - performance.now()));
  };
  run();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
