import '../src/node-version.js';
import { setTimeout as delay } from 'node:timers/promises';
import { editorToken, startAtrium } from './server.js';
import { load, requireTools } from './wrk.js';

// A campaign starts in ten shopping centres at the same instant, under full load: the second around that instant
// against the seconds before and after it, and whether anybody saw it early or late.

const MALLS = Array.from({ length: 10 }, (_, index) => ({
  id: `mall-${index}`,
  name: `Mall ${index}`,
  timeZone: 'UTC',
}));
const LEAD_MS = 12_000;
const WARM_UP_SECONDS = 4;
/** From the beginning of the first second to the instant, and from there to the end of the last. */
const AROUND_MS = 2_500;
const TOLERANCE_MS = 5;

await requireTools();
const server = await startAtrium({ TENANTS: JSON.stringify(MALLS) });
try {
  const live = `${server.url}/campaign-events/live`;
  const authorization = `Bearer ${await editorToken()}`;
  const startMs = Date.now() + LEAD_MS;
  for (const { id } of MALLS) {
    const body = JSON.stringify({ name: 'Midnight', startDate: new Date(startMs), endDate: '2900-01-01T00:00:00Z' });
    const headers = { 'X-Tenant-Id': id, 'Content-Type': 'application/json', authorization };
    const made = await fetch(`${server.url}/campaign-events`, { method: 'POST', headers, body });
    if (made.status !== 201) throw new Error(await made.text());
    await fetch(live, { headers: { 'X-Tenant-Id': id } });
  }

  await crowd(live, WARM_UP_SECONDS); // the code is compiled by then
  const watching = watch(live, startMs);
  const [before, across, after] = [
    await crowd(live, 1, startMs - AROUND_MS),
    await crowd(live, 1, startMs - 500),
    await crowd(live, 1, startMs + AROUND_MS - 1_000),
  ];
  const { wrong, answers } = await watching;
  const around = (before.p99Ms + after.p99Ms) / 2;
  console.log(
    `p99 before ${before.p99Ms} ms, across ${across.p99Ms} ms, after ${after.p99Ms} ms: ${(across.p99Ms / around).toFixed(2)} of the seconds around it`,
  );
  console.log(`requests a second ${before.requestsPerSecond}, ${across.requestsPerSecond}, ${after.requestsPerSecond}`);
  console.log(`${answers} answers watched, ${wrong} on the wrong side of the instant by more than ${TOLERANCE_MS} ms`);
} finally {
  server.stop();
}

/** Load on all centres, which begins at `fromMs`. */
async function crowd(url: string, seconds: number, fromMs = 0) {
  await delay(Math.max(0, fromMs - Date.now()));
  return load({ url, headers: {}, script: 'bench/tenants.lua' }, seconds);
}

/** The observations of all three seconds. */
async function watch(url: string, startMs: number): Promise<{ wrong: number; answers: number }> {
  let [wrong, answers] = [0, 0];
  await Promise.all(
    MALLS.map(async ({ id }) => {
      await delay(Math.max(0, startMs - AROUND_MS - Date.now()));
      for (; Date.now() < startMs + AROUND_MS; answers++) {
        const askedMs = Date.now();
        const response = await fetch(url, { headers: { 'X-Tenant-Id': id } });
        const isLive = (await response.text()).includes('Midnight');
        if (isLive ? Date.now() < startMs - TOLERANCE_MS : askedMs > startMs + TOLERANCE_MS) wrong++;
        await delay(2);
      }
    }),
  );
  return { wrong, answers };
}
