export { Impairment } from './impairment.ts';
export type { Weather, WeatherCount } from './impairment.ts';
export { seededRandom } from './seeded-random.ts';
