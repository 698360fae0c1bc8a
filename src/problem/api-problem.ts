import { ApiResponse } from '@nestjs/swagger';

/** Documents that a route may answer with a problem of this status. */
export const ApiProblem = (status: number, description: string) =>
  ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDocument' } } },
  });
