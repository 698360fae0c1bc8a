import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { TenantRoutes } from '../representation/routes.js';
import { ChangePage, ChangeQuery } from './change.dto.js';
import { ChangeService } from './change.service.js';

@ApiTags('changes')
@Controller('changes')
@TenantRoutes()
export class ChangeController {
  constructor(private readonly changes: ChangeService) {}

  /** Who changed what, oldest first */
  @Get()
  @Roles('editor')
  @ApiOkResponse({ type: ChangePage })
  list(@Query() query: ChangeQuery) {
    return this.changes.list(query);
  }
}
