import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes every piece of TypeScript of Markdown documents as a file of its own into `folder`: `example-0.ts`, `example-1.tsx`, … */
export function writeCodeBlocks(documents: readonly string[], folder: string): void {
  const blocks = documents.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/```(tsx?)\n(.*?)```/gs)]);
  for (const [index, [, kind = '', block = '']] of blocks.entries()) writeFileSync(join(folder, `example-${index}.${kind}`), block);
}
