#!/usr/bin/env node
// Static imports are loaded before the first line runs. Signals are heard from that line on, so there are only these.
import './default-signals.js';
import './node-version.js';
import { loadInSteps } from './load-in-steps.js';

await loadInSteps();
await import('./command-line.js');
