import { readdirSync } from 'node:fs';
import { defineConfig, type OxlintOverride } from 'oxlint';

/** What each package may import of ours (docs/architecture.md §3). Tests, bench, e2e and the server may import everything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  rtp: [],
  layout: [],
  rtplog: ['rtp', 'protocol'],
  timeline: ['rtp', 'protocol'],
  livekit: ['rtp', 'protocol'],
  capture: ['rtp', 'rtplog', 'livekit', 'protocol'],
  render: ['rtp', 'rtplog', 'timeline', 'layout', 'protocol'],
  catalogue: ['protocol'],
  delivery: ['protocol'],
  api: ['protocol', 'catalogue', 'layout'],
  'api-tencent': ['protocol', 'catalogue', 'layout'],
  'api-volcengine': ['protocol', 'catalogue', 'layout'],
  'node-sdk': ['protocol', 'livekit'],
  'web-sdk': ['protocol', 'layout'],
};

/** Packages that are called otherwise than their folder. */
const CALLED: Readonly<Record<string, string>> = { 'node-sdk': 'node', 'web-sdk': 'web' };

const inside = {
  regex: '^@tapedeck/[^/]+/(src|test)|^(\\.\\./)+(packages|apps|bench|e2e)/',
  message: 'Nothing imports from the inside of another package: only its entry.',
};

const ours = [...readdirSync(new URL('packages', import.meta.url)), 'console', 'bench', 'e2e'];

function importRule(allowed: readonly string[]): NonNullable<OxlintOverride['rules']> {
  const forbidden = ours.filter((name) => !allowed.includes(name)).map((name) => CALLED[name] ?? name);
  const others = {
    regex: `^@tapedeck/(${forbidden.join('|')})(/|$)|^tapedeck$`,
    message: `Of ours, this package may import only: ${allowed.join(', ') || 'nothing'}.`,
  };
  return { 'no-restricted-imports': ['error', { patterns: [inside, others] }] };
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'react'],
  categories: { correctness: 'error' },
  rules: {
    'no-restricted-imports': ['error', { patterns: [inside] }],
    'import/no-cycle': ['error', { ignoreTypes: true }],
    'import/no-default-export': 'off',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-unnecessary-type-assertion': 'off',
    'typescript/no-base-to-string': 'off',
    'unicorn/no-useless-spread': 'off', // [...map] while deleting from it is meant
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'typescript/restrict-template-expressions': 'off',
    'typescript/require-array-sort-compare': 'off',
    'typescript/no-misused-spread': 'off', // [...text] by code points is meant
    'unicorn/no-new-array': 'off',
    'no-control-regex': 'off',
    'typescript/no-meaningless-void-operator': 'off',
    'typescript/unbound-method': 'off',
    'no-empty': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-promise-executor-return': 'off',
    'max-lines': ['error', { max: 350 }],
    'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }],
  },
  overrides: [
    ...Object.entries(MAY_IMPORT).map(([name, allowed]) => ({ files: [`packages/${name}/src/**/*.ts`], rules: importRule(allowed) })),
    { files: ['packages/node-sdk/src/client/api-types.ts'], rules: { 'max-lines': 'off' } }, // generated
    { files: ['apps/console/src/**'], rules: importRule(['protocol', 'layout', 'node-sdk']) },
    {
      files: ['**/*.test.ts', 'packages/*/test/**', 'apps/server/test/**'],
      rules: {
        'no-restricted-imports': ['error', { patterns: [inside] }],
        'max-lines-per-function': 'off',
        'max-lines': ['error', { max: 500 }],
      },
    },
    { files: ['**/*.mjs', '**/*.tsx'], rules: { 'max-lines-per-function': ['error', { max: 120, skipComments: true }] } },
  ],
  ignorePatterns: ['**/dist/**', 'bench/work/**'],
});
