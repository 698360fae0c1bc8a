#!/usr/bin/env node
// Static imports are loaded before the first line runs. Signals are heard from that line on, so there are only these.
import './default-signals.js';
import './node-version.js';

await import('./command-line.js');
