import { CommandError } from '../errors.ts';
import { verifyLog } from './verify-log.ts';

/** `tapedeck verify PATH`: exit code 1 when anything is not as it was sealed. */
export async function verify(path: string): Promise<void> {
  const verdicts = await verifyLog(path);
  if (verdicts.length === 0) throw new CommandError(`${path} holds no log.`);
  for (const { dir, problems } of verdicts) {
    if (problems.length === 0) process.stdout.write(`ok      ${dir}\n`);
    for (const problem of problems) process.stdout.write(`broken  ${dir}: ${problem}\n`);
  }
  if (verdicts.some((verdict) => verdict.problems.length > 0)) process.exitCode = 1;
}
