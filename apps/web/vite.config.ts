import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Writes a `.br` and a `.gz` beside each file, which the gateway sends as they are. */
const compress: Plugin = {
  name: 'skep-compress',
  writeBundle({ dir = '' }) {
    for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|css|svg)$/.test(name))) {
      const bytes = readFileSync(join(dir, file));
      writeFileSync(join(dir, `${file}.br`), brotliCompressSync(bytes));
      writeFileSync(join(dir, `${file}.gz`), gzipSync(bytes));
    }
  },
};

/** `npx vite` serves the app while you write it, with the API of a Skep that runs on its usual port. */
export default defineConfig({
  base: '/app/',
  plugins: [react(), tailwind(), compress],
  // Data URLs would need a weaker content security policy.
  build: { outDir: 'dist/static', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/v1': 'http://127.0.0.1:8080', '/api': 'http://127.0.0.1:8080', '/app/session': 'http://127.0.0.1:8080' } },
});
