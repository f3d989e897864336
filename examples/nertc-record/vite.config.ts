import { defineConfig } from 'vite';

// Take the alias out, and the page runs on NetEase's own SDK and servers.
export default defineConfig({
  resolve: { alias: { 'nertc-web-sdk': '@tapedeck/web/nertc' } },
  worker: { format: 'es' },
});
