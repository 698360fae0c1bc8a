/** Request headers that mean something already: to HTTP, to what lies on the way, to browsers or to Atrium. */
const TAKEN = new Set(
  [
    ['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'accept-ranges', 'age', 'allow', 'alt-svc'],
    ['alt-used', 'authorization', 'baggage', 'cache-control', 'connection', 'cookie', 'cookie2', 'date', 'dnt', 'etag'],
    ['early-data', 'expect', 'expires', 'forwarded', 'from', 'host', 'http2-settings', 'idempotency-key'],
    ['idempotency-replayed', 'keep-alive', 'last-modified', 'link', 'location', 'max-forwards', 'origin', 'pragma'],
    ['prefer', 'priority', 'range', 'referer', 'retry-after', 'sentry-trace', 'server', 'set-cookie', 'te'],
    ['traceparent', 'tracestate', 'trailer', 'transfer-encoding', 'upgrade', 'upgrade-insecure-requests'],
    ['user-agent', 'vary', 'via', 'warning', 'www-authenticate', 'x-cache', 'x-forwarded-for', 'x-forwarded-host'],
    ['x-forwarded-port', 'x-forwarded-proto', 'x-http-method-override', 'x-real-ip', 'x-request-id'],
  ].flat(),
);
const TAKEN_FAMILY = /^(access-control|content|if|proxy|sec)-/;

/** Whether a header of that name can carry the tenant's id without meaning something else. */
export function isFreeHeader(name: string): boolean {
  const key = name.toLowerCase();
  return !TAKEN.has(key) && !TAKEN_FAMILY.test(key);
}
