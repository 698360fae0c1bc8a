import { Logger } from '@nestjs/common';

interface Ended {
  requestId: string;
  tenant: string | undefined;
  /** The subject of the caller's token, where the route asked for one. */
  actor: string | undefined;
  method: string;
  /** A template: paths and queries may hold anything, so they are not logged. */
  route: string;
  status: number;
  ms: number;
}

/** nginx's status for a client that left before its answer. It is logged and counted, never sent. */
export const CLIENT_LEFT = 499;

const logger = new Logger('Request');
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * One line for each write and for each request that was refused or failed. At debug: reads that succeeded or whose
 * client left, and 429s. Otherwise the log would grow with the traffic.
 */
export function logRequest(ended: Ended): void {
  const { method, status } = ended;
  if (status === 500) logger.error(ended);
  else if (status > 500) logger.warn(ended);
  else if (status === 429 || ((status < 400 || status === CLIENT_LEFT) && READS.has(method))) logger.debug(ended);
  else logger.log(ended);
}
