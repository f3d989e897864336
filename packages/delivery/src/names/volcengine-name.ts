import { createHash } from 'node:crypto';
import type { VolcengineFileNaming } from '@tapedeck/protocol';
import { type FileFacts, isScreen } from './file-facts.ts';

const longestName = 128;
const variable = /\{(\w+)\}/g;

/**
 * The pattern with its variables filled in, at most 128 characters: a longer name is cut and ends in `~`. Null while it needs the duration of a file that grows. `number` from 2 on
 * stands behind it: such names would be the same without.
 *
 * @see https://www.volcengine.com/docs/6348/106873
 */
export function volcengineName(naming: VolcengineFileNaming, facts: FileFacts, number: number): string | null {
  const { pattern, appendRandom } = naming;
  if (facts.durationMs === null && needsDuration(naming, facts)) return null;
  const hasRandom = /\{random\}/i.test(pattern);
  const whole = `${pattern}${appendRandom && !hasRandom ? '_{Random}' : ''}`;
  const name = whole.replaceAll(variable, (text, variableName: string) => valueOf(variableName.toLowerCase(), naming, facts) ?? text);
  const suffix = number === 1 ? '' : `_${number}`;
  return `${cut(name, longestName - suffix.length)}${suffix}`;
}

/** What two files have in common that only a number tells apart: the name, whatever their durations. */
export function volcengineStem(naming: VolcengineFileNaming, facts: FileFacts): string {
  return volcengineName(naming, { ...facts, durationMs: 0 }, 1) ?? '';
}

function needsDuration({ pattern, zeroDurationOfHls = false }: VolcengineFileNaming, { format }: FileFacts): boolean {
  return /\{duration\}/i.test(pattern) && !(format === 'hls' && zeroDurationOfHls);
}

/** Null: no variable of that name, its text stays. */
function valueOf(name: string, naming: VolcengineFileNaming, facts: FileFacts): string | null {
  switch (name) {
    case 'taskid':
      return naming.taskId;
    case 'roomid':
      return naming.roomId;
    case 'userid':
      return facts.identity ?? '';
    case 'type':
      return isScreen(facts) ? 'S' : 'C';
    case 'starttime':
      return String(Math.round(facts.startWallMs));
    case 'duration':
      return String(needsDuration(naming, facts) ? Math.floor((facts.durationMs ?? 0) / 1000) : 0).padStart(6, '0');
    case 'random':
      return createHash('sha256').update(`${facts.recordingId}\n${facts.place}`).digest('hex').slice(0, 8);
    default:
      return null;
  }
}

function cut(name: string, most: number): string {
  const characters = [...name];
  return characters.length <= most ? name : `${characters.slice(0, most - 1).join('')}~`;
}
