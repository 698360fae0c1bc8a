import './node-version.js';
import { ConfigError, loadConfig } from './config/config.js';

try {
  const config = loadConfig();
  // Instrumentation sees only what is loaded after it, hence the imports below.
  const telemetry = config.telemetry
    ? await (await import('./observability/telemetry.js')).startTelemetry()
    : undefined;
  const { serve } = await import('./serve.js');
  await serve(config, telemetry);
} catch (thrown) {
  console.error(thrown instanceof ConfigError ? thrown.message : `Atrium cannot start: ${reason(thrown)}`);
  process.exit(1);
}

function reason(thrown: unknown): string {
  const { code, port, message, cause } = thrown as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken. Set PORT to another one.`;
  return cause ? `${message} ${reason(cause)}` : (message ?? String(thrown));
}
