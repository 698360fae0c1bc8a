import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiResponse, type OpenAPIObject } from '@nestjs/swagger';

/** Documents that a route may answer with a problem of this status; codes of class and method add up. */
export const ApiProblem = (status: number, description: string, ...codes: string[]) =>
  applyDecorators(
    ApiResponse({
      status,
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } },
    }),
    ...codes.map((code) => ApiExtension(`x-problem-${status}-${code}`, true)),
  );

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Tells the codes in the descriptions of the answers, in place of the marks that the decorators left. */
export function tellCodes(operation: Operation): void {
  const marks = operation as unknown as Record<string, unknown>;
  const codesOf = new Map<string, string[]>();
  for (const mark of Object.keys(operation).toSorted()) {
    const [, status, code] = /^x-problem-(\d+)-(.+)$/.exec(mark) ?? [];
    if (status === undefined || code === undefined) continue;
    delete marks[mark];
    codesOf.set(status, [...(codesOf.get(status) ?? []), `\`${code}\``]);
  }
  for (const [status, codes] of codesOf) {
    const response = operation.responses[status] as { description: string } | undefined;
    if (!response) continue;
    // Nest joins what class and decorators say of a status, and hands operations of a class the same object.
    const texts = new Set(response.description.split('\n\n'));
    operation.responses[status] = { ...response, description: `${[...texts].join(' ')} (${codes.join(', ')})` };
  }
}
