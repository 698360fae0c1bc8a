import { Logger } from '@nestjs/common';

interface Ended {
  requestId: string;
  tenant: string | undefined;
  method: string;
  /** A template: neither path nor query are logged, which may hold anything. */
  route: string;
  status: number;
  ms: number;
}

/** As nginx has it: the client went away before it had its answer. No answer bears this status. */
export const CLIENT_LEFT = 499;

const logger = new Logger('Request');
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * One line for each write and for each request that was refused or failed. Reads that went well or that nobody waited
 * for are at debug, and so are refusals for asking too often: neither may make a log as large as the traffic.
 */
export function logRequest(ended: Ended): void {
  const { method, status } = ended;
  if (status === 500) logger.error(ended);
  else if (status > 500) logger.warn(ended);
  else if (status === 429 || ((status < 400 || status === CLIENT_LEFT) && READS.has(method))) logger.debug(ended);
  else logger.log(ended);
}
