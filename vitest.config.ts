import { defineConfig } from 'vitest/config';

/** Tests of calls in real time: one file after the other, because a call that shares its processors with another test loses packets as any overloaded machine does. */
const calls = [
  '{apps,e2e}/**/*.test.ts',
  'packages/{capture,livekit}/test/**/*.test.ts',
  'packages/testkit/test/publishers.test.ts',
  'packages/api/test/event-stream.test.ts',
  'packages/node-sdk/test/{client,room}.test.ts',
];
const settings = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...settings,
          name: 'parts',
          include: ['packages/*/{src,test}/**/*.test.ts', '{scripts,docs}/**/*.test.ts', 'bench/src/**/*.test.ts'],
          exclude: calls,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...settings, name: 'calls', include: calls, exclude: ['**/node_modules/**'], maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
