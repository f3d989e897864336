import { inspectPath } from '@tapedeck/rtplog';

/** `tapedeck inspect PATH`: what a log, an epoch or a segment holds. */
export async function inspect(path: string, options: { readonly json?: boolean }): Promise<void> {
  const found: unknown = await inspectPath(path);
  if (options.json === true) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else process.stdout.write(`${outline(found, '').join('\n')}\n`);
}

/** A plain value as indented lines: one fact per line, lists of objects as blocks. */
export function outline(value: unknown, indent: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${indent}${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner !== 'object' || inner === null) return [`${indent}${key}: ${String(inner)}`];
    if (Object.keys(inner).length === 0) return [`${indent}${key}: –`];
    const isFlat = Array.isArray(inner) && inner.every((item) => typeof item !== 'object');
    return isFlat ? [`${indent}${key}: ${inner.join(', ')}`] : [`${indent}${key}:`, ...outline(inner, `${indent}  `)];
  });
}
