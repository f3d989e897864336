import { expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';
import { unknownVariables } from './unknown-variables.ts';

it.each([
  ['TAPEDECK_PROT', 'TAPEDECK_PORT'],
  ['TAPEDECK_DATABSE_URL', 'TAPEDECK_DATABASE_URL'],
  ['TAPEDECK_ROLE', 'TAPEDECK_ROLES'],
  ['TAPEDECK_HOSTS', 'TAPEDECK_HOST'],
  ['TAPEDECK_CONFOG', 'TAPEDECK_CONFIG'],
])('takes %s for a slip and does not start', (name, meant) => {
  expect(unknownVariables({ [name]: 'x' })).toEqual([{ name, meant }]);
  expect(() => loadConfig({ env: { [name]: 'x' } })).toThrow(`${name} is unknown: ${meant} is probably meant`);
});

it('knows that a stranger is none of ours', () => {
  expect(unknownVariables({ TAPEDECK_TEAM: 'x', PATH: '/bin' })).toEqual([{ name: 'TAPEDECK_TEAM', meant: null }]);
  expect(loadConfig({ env: { TAPEDECK_TEAM: 'x' } }).port).toBe(7080);
});

it('passes over its own and what Kubernetes adds', () => {
  const env = {
    TAPEDECK_PORT: '1',
    TAPEDECK_REQUIRE: 'livekit',
    TAPEDECK_SERVICE_HOST: '10.0.0.1',
    TAPEDECK_PORT_7080_TCP_ADDR: '10.0.0.1',
  };
  expect(unknownVariables(env)).toEqual([]);
});
