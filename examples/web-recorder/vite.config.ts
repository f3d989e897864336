import { defineConfig } from 'vite';

const page = (name: string): string => new URL(`${name}.html`, import.meta.url).pathname;

export default defineConfig({
  worker: { format: 'es' },
  // Loaded first by the worker: found only then, they would make Vite reload the page in the middle of the first recording.
  optimizeDeps: { include: ['mediabunny', '@mediabunny/aac-encoder', '@mediabunny/mp3-encoder'].map((name) => `@tapedeck/web > ${name}`) },
  build: { rolldownOptions: { input: [page('index'), page('audio'), page('react')] } },
});
