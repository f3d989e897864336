import { expect, test } from 'vitest';
import { InstantSchema, readValue } from './index.ts';

const isTaken = (text: string, mayBeDate = false): boolean => {
  try {
    readValue(InstantSchema('When.', mayBeDate), text, 'from');
    return true;
  } catch {
    return false;
  }
};

test('an instant has a zone and a day that there is', () => {
  for (const day of ['01-31', '02-29', '04-30', '12-31']) expect(isTaken(`2028-${day}T08:00:00.5+08:00`), day).toBe(true);
  for (const day of ['00-10', '02-30', '04-31', '06-31', '11-31', '13-01', '01-32']) {
    expect(isTaken(`2028-${day}T08:00:00Z`), day).toBe(false);
    expect(isTaken(`2028-${day}`, true), day).toBe(false);
  }
  expect(isTaken('2028-01-31')).toBe(false);
  expect(isTaken('2028-01-31T08:00:00')).toBe(false);
});
