import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiResponse, type OpenAPIObject } from '@nestjs/swagger';

/** Documents a problem that a route may answer with. The codes of the class and of the method are joined. */
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

/** Replaces the decorators' marks by codes in the descriptions of the answers. */
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
    // Nest joins the descriptions of class and method, and gives all operations of a class the same object.
    const texts = new Set(response.description.split('\n\n'));
    operation.responses[status] = { ...response, description: `${[...texts].join(' ')} (${codes.join(', ')})` };
  }
}
