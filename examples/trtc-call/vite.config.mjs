import { defineConfig } from 'vite';

// The page is served by Vite; what needs a key is asked of server.mjs.
export default defineConfig({
  server: { proxy: { '/api': process.env.BACKEND ?? 'http://127.0.0.1:8081' } },
});
