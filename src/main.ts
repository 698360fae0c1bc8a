import './node-version.js';
import { createApp } from './app.js';
import { demoToken } from './auth/token.signer.js';
import { ConfigError, loadConfig } from './config/config.js';
import { Catalogue } from './tenancy/catalogue.service.js';

try {
  const config = loadConfig();
  const app = await createApp(config);
  await app.listen(config.port, config.host);
  announceStart(await app.getUrl(), app.get(Catalogue), config.tenantHeader, await demoToken(config));

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), config.shutdownGraceMs).unref();
      void app.close().then(() => process.exit(0));
    });
  }
} catch (thrown) {
  console.error(thrown instanceof ConfigError ? thrown.message : `Atrium cannot start: ${reason(thrown)}`);
  process.exit(1);
}

function announceStart(url: string, catalogue: Catalogue, tenantHeader: string, token?: string): void {
  const local = url.replace(/\/\/(\[::1?\]|0\.0\.0\.0)/, '//localhost');
  const tenants = catalogue
    .list()
    .map(({ id, name, timeZone, status }) => `    ${id}  ${name}, ${timeZone}, ${status}`);
  console.log(
    [
      '',
      `  Atrium serves at ${local}`,
      `  Documentation:  ${local}/docs`,
      `  Tenants (name one in the header ${tenantHeader}):`,
      ...(tenants.length > 0 ? tenants : ['    none yet: set TENANTS, or DEMO=true']),
      ...(token === undefined ? [] : ['  Token of the demo admin, for changes (7 days):', `    ${token}`]),
      '',
    ].join('\n'),
  );
}

function reason(thrown: unknown): string {
  const { code, port, message, cause } = thrown as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken. Set PORT to another one.`;
  return cause ? `${message} ${reason(cause)}` : (message ?? String(thrown));
}
