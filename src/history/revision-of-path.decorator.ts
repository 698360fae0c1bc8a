import { applyDecorators, Param } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { WholeNumberPipe } from '../http/identifier.js';
import { ApiProblem } from '../problem/api-problem.js';
import { BAD_REQUEST } from '../representation/routes.js';
import { MAX_REVISION } from '../revision/revision.entity.js';

/** Parameter decorator: the `revision` of the path as a number. */
export const RevisionOfPath = () => Param('revision', new WholeNumberPipe('A revision', MAX_REVISION));

export const TakesRevision = () =>
  applyDecorators(
    ApiParam({
      name: 'revision',
      description: 'As the changes show it',
      schema: { type: 'integer', minimum: 0, maximum: MAX_REVISION, example: 1 },
    }),
    ApiProblem(400, BAD_REQUEST, 'id-malformed'),
    ApiProblem(404, 'There is no such shopping centre or change, or it was purged', 'not-found'),
  );
