/** The schemes of pages that browsers name no origin of, or that are no pages. */
const NO_PAGES = /^(https?|file|wss?|ftp):/;

const APP = /^[a-z][a-z0-9+.-]*:\/\/[\w.~-]+(:\d{1,5})?$/;

/**
 * Whether `text` is an origin as browsers send it: of a site, of all sites one label below a host
 * (`https://*.example.com`), or of an app with a scheme of its own (`capacitor://localhost`).
 */
export function isOrigin(text: string): boolean {
  if (!/^https?:/.test(text)) return APP.test(text) && !NO_PAGES.test(text);
  const one = text.replace(/^(https?:\/\/)\*\.(?=[^.]+\.[^.])/, '$1any.');
  return !one.includes('*') && URL.parse(one)?.origin === one;
}

/** Matches the origin that a browser sends. The star is one label, as in certificates (RFC 9525, section 6.3). */
export function originPattern(origin: string): string | RegExp {
  return origin.includes('*')
    ? new RegExp(`^${origin.replaceAll('.', String.raw`\.`).replace('*', '[a-z0-9_-]+')}$`)
    : origin;
}
