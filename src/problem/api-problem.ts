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

/** Removes the decorators' marks. @returns the codes of each status */
export function takeCodes(operation: Operation): Map<string, string[]> {
  const marks = operation as unknown as Record<string, unknown>;
  const codesOf = new Map<string, string[]>();
  for (const mark of Object.keys(operation).toSorted()) {
    const [, status, code] = /^x-problem-(\d+)-(.+)$/.exec(mark) ?? [];
    if (status === undefined || code === undefined) continue;
    delete marks[mark];
    codesOf.set(status, [...(codesOf.get(status) ?? []), code]);
  }
  return codesOf;
}
