import { STATUS_CODES } from 'node:http';
import { expect } from '@jest/globals';
import type { Answer, Body } from './atrium.js';

/** Expects a whole problem document (RFC 9457) that gives nothing away of how Atrium is made. */
export function expectProblem(answer: Answer<unknown>, status: number, code?: string): Body {
  const problem = answer.body as Body;
  expect([answer.status, problem]).toEqual([
    status,
    {
      type: `urn:atrium:problem:${problem.code}`,
      title: STATUS_CODES[status],
      status,
      detail: expect.stringMatching(/\S/),
      code: code ?? expect.stringMatching(/^[a-z-]+$/),
      instance: expect.stringMatching(/^\S+$/),
      requestId: answer.headers.get('x-request-id'),
      ...('errors' in problem ? { errors: expect.arrayContaining([expect.anything()]) } : {}),
      ...('revision' in problem ? { revision: expect.any(Number) } : {}),
      ...('lines' in problem ? { lines: expect.arrayContaining([expect.anything()]) } : {}),
    },
  ]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('cache-control')).toMatch(/^(private, )?no-store$/); // auth/matrix.spec.ts says which
  expect(JSON.stringify(problem)).not.toMatch(/sqlite|select |insert |node_modules|\.js:\d|typeorm/i);
  return problem;
}

/** Expects 422 with just these fields to blame. */
export function expectBadFields(answer: Answer<unknown>, ...pointers: string[]): void {
  const problem = expectProblem(answer, 422, 'fields-invalid');
  expect(problem.errors.map(({ pointer }) => pointer)).toEqual(pointers);
}
