// Static imports are loaded before the first line runs. Signals are heard from that line on, so there are only these.
import './default-signals.js';
import './node-version.js';
import { loadInSteps } from './load-in-steps.js';

const { ConfigError, loadConfig } = await import('./config/config.js');
try {
  const config = loadConfig();
  // Instrumentation sees only what is loaded after it, hence the imports below.
  const telemetry = config.telemetry
    ? await (await import('./observability/telemetry.js')).startTelemetry()
    : undefined;
  await loadInSteps(config);
  const { serve } = await import('./serve.js');
  await serve(config, telemetry);
} catch (thrown) {
  const { reasonOf } = await import('./start-failure.js');
  console.error(thrown instanceof ConfigError ? thrown.message : `Atrium cannot start: ${reasonOf(thrown)}`);
  process.exit(1);
}
