import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** What begins or ends an element, or a comment, also does so in the texts of a script. */
const inScript = (code: string) => code.replaceAll(/<(?=!--|\/?script)/gi, String.raw`\x3c`);

/** Puts the script and the styles into the page: an MCP App is one document, which loads nothing. */
const inline: Plugin = {
  name: 'skep-inline',
  writeBundle({ dir = '' }) {
    const assets = join(dir, 'assets');
    const elements = readdirSync(assets).map((file) => {
      const text = readFileSync(join(assets, file), 'utf8');
      return file.endsWith('.js') ? `<script type="module">${inScript(text)}</script>` : `<style>${text}</style>`;
    });
    const page = join(dir, 'panel.html');
    const html = readFileSync(page, 'utf8').replaceAll(/\s*<(script|link)\b[^>]*>(<\/script>)?/g, '');
    writeFileSync(
      page,
      html.replace('</head>', () => `${elements.join('')}</head>`),
    );
    rmSync(assets, { recursive: true });
  },
};

/** Builds the panel of an app as an MCP App, which the MCP server offers to its clients. */
export default defineConfig({
  plugins: [react(), tailwind(), inline],
  build: {
    outDir: 'dist/panel',
    emptyOutDir: true,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: 'panel.html', output: { codeSplitting: false } },
  },
});
