import { createRequire } from 'node:module';

/** The version of Atrium, and of its API's description: that of package.json. */
export const { version: VERSION } = createRequire(import.meta.url)('../../../package.json') as { version: string };
