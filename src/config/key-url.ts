/** In production keys come over https: anybody who can change them on the way can sign tokens. */
export function isKeyUrl(value: unknown, production: boolean): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && (!production || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname));
}
