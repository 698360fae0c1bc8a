import './node-version.js';
import { ConfigError, loadConfig } from './config/config.js';
import { reasonOf } from './start-failure.js';

try {
  const config = loadConfig();
  // Instrumentation sees only what is loaded after it, hence the imports below.
  const telemetry = config.telemetry
    ? await (await import('./observability/telemetry.js')).startTelemetry()
    : undefined;
  const { serve } = await import('./serve.js');
  await serve(config, telemetry);
} catch (thrown) {
  console.error(thrown instanceof ConfigError ? thrown.message : `Atrium cannot start: ${reasonOf(thrown)}`);
  process.exit(1);
}
