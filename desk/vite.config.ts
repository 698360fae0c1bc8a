import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compressed } from './build/compressed.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/desk/',
  plugins: [react(), rulesOfTheApi(), compressed()],
  build: {
    target: 'es2023',
    outDir: 'dist',
    // No file becomes a data: URL, which the page's policy would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { proxy: { '^/(?!desk)': 'http://localhost:3000', '/desk/settings.json': 'http://localhost:3000' } },
});

/** `virtual:rules` has what openapi.json says of each field that can be given: the desk has no rules of its own. */
function rulesOfTheApi(): Plugin {
  const id = 'virtual:rules';
  return {
    name: 'rules-of-the-api',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const file = new URL('../openapi.json', import.meta.url);
      this.addWatchFile(file.pathname);
      const { schemas } = (JSON.parse(readFileSync(file, 'utf8')) as Description).components;
      const rules = (name: string) => schemas[name]?.properties ?? {};
      return `export const CAMPAIGN = ${JSON.stringify(rules('CreateCampaign'))};
export const EVENT = ${JSON.stringify(rules('CreateEvent'))};`;
    },
  };
}

interface Description {
  components: { schemas: Record<string, { properties?: object }> };
}
