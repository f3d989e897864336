import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bootId } from './boot-id.ts';
import { monotonicUs } from './monotonic-us.ts';

it('monotonicUs is the clock of hrtime, in whole µs', () => {
  for (let round = 0; round < 1000; round++) {
    const before = Number(process.hrtime.bigint() / 1000n);
    const now = monotonicUs();
    const after = Number(process.hrtime.bigint() / 1000n);
    expect(Number.isInteger(now)).toBe(true);
    // The offset of the two clocks is measured once, to a few µs.
    expect(now).toBeGreaterThanOrEqual(before - 50);
    expect(now).toBeLessThanOrEqual(after + 50);
  }
});

it('bootId and monotonicUs are the same for another process of this boot', () => {
  const modules = JSON.stringify([new URL('boot-id.ts', import.meta.url).href, new URL('monotonic-us.ts', import.meta.url).href]);
  const code = `const [boot, clock] = await Promise.all(${modules}.map((url) => import(url))); console.log(boot.bootId(), clock.monotonicUs());`;
  const before = monotonicUs();
  const [other, us] = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }).trim().split(' ');
  expect(other).toBe(bootId());
  expect(Number(us)).toBeGreaterThan(before);
  expect(Number(us)).toBeLessThan(monotonicUs());
});
