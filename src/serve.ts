import { Logger } from '@nestjs/common';
import { createApp } from './app.js';
import { demoToken } from './auth/token-signer.js';
import type { Config } from './config/config.js';
import { IS_DESK_BUILT } from './desk/desk-files.js';
import { drainOnSignals } from './drain.js';
import { Catalogue } from './catalogue/catalogue.js';

/**
 * Serves until a signal ends the process.
 * @param endTelemetry called when nothing is served any more
 */
export async function serve(config: Config, endTelemetry?: () => Promise<void>): Promise<void> {
  const app = await createApp(config);
  drainOnSignals(app, config, endTelemetry);
  await app.listen(config.port, config.host);
  const url = (await app.getUrl()).replace(/\/\/(\[::1?\]|0\.0\.0\.0)/, '//localhost');
  if (config.banner) console.log(banner(url, app.get(Catalogue), config, await demoToken(config)));
  else new Logger('Atrium').log(`Atrium serves at ${url}`);
}

function banner(url: string, catalogue: Catalogue, { tenantHeader, docs }: Config, token?: string): string {
  const tenants = catalogue
    .list()
    .map(({ id, name, timeZone, status }) => `    ${id}  ${name}, ${timeZone}, ${status}`);
  return [
    '',
    `  Atrium serves at ${url}`,
    ...(IS_DESK_BUILT ? [`  Desk for staff: ${url}/desk`] : []),
    ...(docs ? [`  Documentation:  ${url}/docs`] : []),
    `  Tenants (name one in the header ${tenantHeader}):`,
    ...(tenants.length > 0 ? tenants : ['    none yet: set TENANTS, or DEMO=true']),
    ...(token === undefined ? [] : ['  Token of the demo admin, for changes (7 days):', `    ${token}`]),
    '',
  ].join('\n');
}
