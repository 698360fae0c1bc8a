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

/**
 * `virtual:rules` has what openapi.json says of each field that can be given, and what the API can do: the desk has no rules
 * of its own, and offers nothing that the API lacks.
 */
function rulesOfTheApi(): Plugin {
  const id = 'virtual:rules';
  return {
    name: 'rules-of-the-api',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const file = new URL('../openapi.json', import.meta.url);
      this.addWatchFile(file.pathname);
      const { components, paths } = JSON.parse(readFileSync(file, 'utf8')) as Description;
      const { schemas } = components;
      const takes = (path: string, method: string, name: string) =>
        paths[path]?.[method]?.parameters?.some((parameter) => parameter.name === name) ?? false;
      const can = {
        undo: '/changes/{revision}/undo' in paths,
        restore: '/campaign-events/{id}/restore' in paths,
        copy: '/campaign-events/{id}/copies' in paths,
        import: '/imports' in paths,
        rollOut: '/rollouts' in paths,
        lookAtAnyInstant: takes('/campaign-events/live', 'get', 'at'),
        readBackwards: takes('/changes', 'get', 'order'),
        moveEventsAlong: takes('/campaign-events/{id}', 'patch', 'events'),
      };
      const rules = (name: string) => schemas[name]?.properties ?? {};
      return `export const CAMPAIGN = ${JSON.stringify(rules('CreateCampaign'))};
export const EVENT = ${JSON.stringify(rules('CreateEvent'))};
export const CAN = ${JSON.stringify(can)};`;
    },
  };
}

interface Description {
  paths: Record<string, Record<string, { parameters?: { name?: string }[] }>>;
  components: { schemas: Record<string, { properties?: object }> };
}
