import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { TakesQuery, TenantRoutes } from '../representation/routes.js';
import { ChangePage, ChangeQuery } from './change.dto.js';
import { ChangeService } from './change.service.js';

@ApiTags('changes')
@Controller('changes')
@TenantRoutes()
export class ChangeController {
  constructor(private readonly changes: ChangeService) {}

  /**
   * The changes of the shopping centre, oldest first
   * @remarks Every change since the beginning, with the row before and after it. To go on, give `next`, or the last
   * revision you have seen, as `after`. With `order=desc` the newest come first, and `next` goes on as `before`.
   */
  @Get()
  @Roles('editor')
  @TakesQuery()
  @ApiOkResponse({ type: ChangePage, description: 'The changes' })
  list(@Query() query: ChangeQuery) {
    return this.changes.list(query);
  }
}
