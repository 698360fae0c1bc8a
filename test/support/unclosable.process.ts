import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/config.js';
import { drainOnSignals } from '../../src/drain.js';

// Atrium, of which something cannot be closed.
const config = loadConfig();
const app = await createApp(config);
app.getHttpAdapter().close = () => Promise.reject(new Error('the server does not close'));
drainOnSignals(app, config, async () => console.log('The last traces are sent'));
await app.listen(config.port, config.host);
