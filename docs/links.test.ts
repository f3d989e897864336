import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const documents = globSync(['*.md', '{docs,e2e,bench,deploy,apps,packages,examples}/**/*.md'], {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**'],
});

/** A heading as the address of its place in the page. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Text without code, in which brackets are no links. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/^```.*?^```/gms, '')
    .replace(/`[^`\n]*`/g, '');
}

const headings = (path: string): string[] => [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => slug(text));

test('every link of a document to a file here, and to a heading, leads somewhere', () => {
  expect(documents.length).toBeGreaterThan(40);
  const broken = documents.flatMap((document) =>
    [...proseOf(join(root, document)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? join(root, document) : join(root, dirname(document), decodeURI(file));
      const isThere = existsSync(target) && (anchor === undefined || headings(target).includes(decodeURI(anchor)));
      return isThere ? [] : [`${document}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});
