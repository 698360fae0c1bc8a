import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

const CODES: Record<number, string> = {
  400: 'bad-request',
  404: 'route-unknown',
  413: 'body-too-large',
  408: 'request-timeout',
  415: 'media-type-unsupported',
  431: 'headers-too-large',
};

/** Answers every exception, ours or the framework's, with a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = toProblem(thrown);
    if (problem.getStatus() === 500) this.logger.error(logEntry(problem, request, thrown));
    else if (problem.getStatus() > 500 && problem.cause) this.logger.warn(logEntry(problem, request, problem.cause));
    sendProblem(problem, request, http.getResponse<FastifyReply>());
  }
}

export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { retryAfterSeconds, headers = {} } = problem.extras;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  reply
    .headers(headers)
    .status(problem.getStatus())
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(toDocument(problem, request.url, request.id));
}

/** A failure for the log, as stacks only: other fields of an error may contain the caller's data. */
function logEntry({ code }: Problem, { id: requestId }: FastifyRequest, thrown: unknown): object {
  const stacks = [];
  for (let error = thrown; error instanceof Error && stacks.length < 4; error = error.cause) stacks.push(error.stack);
  return { requestId, code, reason: stacks.join('\ncaused by ') || `thrown: ${typeof thrown}` };
}

/** Answers bytes that Node cannot read as a request, such as too large headers. */
export function refuseBytes(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code] ?? 400;
  const requestId = randomUUID();
  const body = toDocument(
    fromStatus(status, 'This is no HTTP request that can be read.'),
    `urn:uuid:${requestId}`,
    requestId,
  );
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncache-control: no-store\r\n` +
      `x-request-id: ${requestId}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

export function toDocument(problem: Problem, instance: string, requestId: string): string {
  const { errors, moreErrors, revision, lines } = problem.extras;
  return JSON.stringify({ ...summaryOf(problem), instance, requestId, errors, moreErrors, revision, lines });
}

/** The part of a problem document that depends on no request. */
export function summaryOf(problem: Problem) {
  return {
    type: `urn:atrium:problem:${problem.code}`,
    title: STATUS_CODES[problem.getStatus()],
    status: problem.getStatus(),
    detail: problem.detail,
    code: problem.code,
  };
}

export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof HttpException) return fromStatus(thrown.getStatus(), thrown.message);
  const { statusCode, message } = (thrown ?? {}) as { statusCode?: unknown; message?: string };
  // Fastify's own errors, such as a malformed body, have a status, and messages that are fit for the caller.
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return fromStatus(statusCode, message);
  return new Problem(500, 'internal', 'Something went wrong here. Tell us the requestId.');
}

function fromStatus(status: number, detail = ''): Problem {
  return new Problem(status, CODES[status] ?? codeOf(status), detail);
}

/** Code for a status that only the framework answers with: `range-not-satisfiable` for 416. */
function codeOf(status: number): string {
  return (STATUS_CODES[status] ?? 'bad-request').toLowerCase().replaceAll(/[^a-z]+/g, '-');
}
