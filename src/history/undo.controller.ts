import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { RevisionOfPath, TakesRevision } from './revision-of-path.decorator.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { ApiProblem } from '../problem/api-problem.js';
import { TenantRoutes } from '../representation/routes.js';
import { Undone } from './undo.dto.js';
import { UndoService } from './undo.service.js';

@ApiTags('changes')
@Controller('changes')
@TenantRoutes()
export class UndoController {
  constructor(private readonly undos: UndoService) {}

  /**
   * Take a change back
   * @remarks The rows that it touched become what they were before it, all of them or none. That is a change of its own,
   * which can be taken back, too. It is refused when one of the rows, or an event of the campaign, was changed since:
   * `revision` names that change.
   */
  @Post(':revision/undo')
  @HttpCode(200)
  @Roles('editor')
  @Idempotent()
  @TakesRevision()
  @ApiProblem(409, 'A later change stands in the way, or it was taken back already', 'undo-conflict', 'undo-impossible')
  @ApiOkResponse({ type: Undone, description: 'It is taken back' })
  undo(@RevisionOfPath() revision: number) {
    return this.undos.undo(revision);
  }
}
