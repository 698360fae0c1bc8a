import { Agent, get } from 'node:http';
import { TENANT } from './atrium.js';

export interface Load {
  /** Lets requests in flight end. */
  stop(): Promise<{ answered: number; failed: number; faults: string[] }>;
}

/** Asks without a pause on connections that are kept alive, as apps do. Whatever is not 200 has failed. */
export function startLoad(url: string, connections = 16): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const outcomes = new Map<string, number>();
  const stopping = new AbortController();
  const asking = Array.from({ length: connections }, async () => {
    while (!stopping.signal.aborted) {
      const outcome = await ask(`${url}/campaign-events/live`, agent);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(asking);
      agent.destroy();
      const faults = [...outcomes].filter(([outcome]) => outcome !== '200');
      return {
        answered: outcomes.get('200') ?? 0,
        failed: faults.reduce((sum, [, count]) => sum + count, 0),
        faults: faults.map(([outcome, count]) => `${outcome}: ${count} requests`),
      };
    },
  };
}

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent, headers: TENANT, timeout: 5_000 }, (response) => {
      response.on('error', ({ message }) => resolve(message));
      response.on('close', () => resolve(response.complete ? String(response.statusCode) : 'cut off'));
      response.resume();
    });
    request.on('timeout', () => request.destroy(new Error('no answer in 5 seconds')));
    request.on('error', ({ message }) => resolve(message.replace(/127\.0\.0\.1:\d+/, '')));
  });
}
