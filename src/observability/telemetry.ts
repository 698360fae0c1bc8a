import { subscribe } from 'node:diagnostics_channel';
import { register } from 'node:module';
import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import { TediousInstrumentation } from '@opentelemetry/instrumentation-tedious';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { LAST_EXPORT_TIMEOUT_MS } from '../config/time-limits.js';

/**
 * Exports metrics, and traces from the request to SQL Server and Redis, to OTEL_EXPORTER_OTLP_ENDPOINT. Must run before
 * the instrumented modules are loaded. The SDK reads every OTEL_* variable by itself, such as protocol and sampling.
 * @returns a function that sends the rest when the process ends
 */
export async function startTelemetry(): Promise<() => Promise<void>> {
  Object.assign(process.env, { OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'none', ...process.env });
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
  const sdk = new NodeSDK({
    serviceName: process.env['OTEL_SERVICE_NAME'] ?? 'atrium',
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => /^\/(health|metrics)\b/.test(url ?? '') }),
      new TediousInstrumentation(),
      new RedisInstrumentation({ dbStatementSerializer: (command) => command }), // no keys, no values
      new RuntimeNodeInstrumentation(),
    ],
  });
  sdk.start();
  subscribe('atrium:route', nameSpan);
  return async () => {
    const late = Promise.withResolvers<void>();
    setTimeout(() => late.resolve(), LAST_EXPORT_TIMEOUT_MS).unref();
    await Promise.race([sdk.shutdown().catch(() => undefined), late.promise]);
  };
}

/** Names a request's span and duration by its route instead of its path. */
function nameSpan(route: unknown): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata?.type === RPCType.HTTP) metadata.route = String(route);
}
