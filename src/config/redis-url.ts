/** Whether `text` is what the client of Redis takes: one URL, or several of a cluster, comma-separated. */
export function areRedisUrls(text: unknown): boolean {
  return typeof text === 'string' && text.split(',').every((url) => isRedisUrl(url.trim()));
}

function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!/^rediss?:\/\/\S+$/.test(text) || !url || url.hostname === '') return false;
  return /^(\/\d*)?$/.test(url.pathname) && isDecodable(url.username) && isDecodable(url.password);
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false; // a stray %
  }
}
