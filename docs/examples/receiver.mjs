// Takes the messages of Atrium's webhooks. SECRET=whsec_… node receiver.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { SECRET = '', PORT = '8080' } = process.env;
const TOLERANCE_SECONDS = 300;
const seen = new Set(); // keep it in your database: a message may come twice, days apart

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks); // the bytes as they came: parsed and written anew they have another signature
    const isGenuine = isFromAtrium(request.headers, body);
    response.writeHead(isGenuine ? 204 : 401).end(); // within 10 seconds; what takes longer is done after the answer
    const id = request.headers['webhook-id'];
    if (!isGenuine || seen.has(id)) return;
    seen.add(id);
    const { type, timestamp, data } = JSON.parse(body);
    console.log(timestamp, type, data.tenant, (data.row ?? data.before)?.name);
  });
}).listen(PORT, () => console.log(`listening on ${PORT}`));

function isFromAtrium(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (Math.abs(Date.now() / 1000 - timestamp) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  // There are two while a secret is being rotated.
  return signatures.split(' ').some((signature) => isSame(signature, `v1,${expected}`));
}

function isSame(one, other) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
