import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// In development the page is served by Vite and the API by a Tapedeck server beside it.
const server = 'http://127.0.0.1:7080';

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 1200 },
  server: { proxy: { '/v1': server, '/files': server, '/rtc': { target: server, ws: true } } },
});
