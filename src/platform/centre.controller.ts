import { createHash } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Read } from '../auth/access.js';
import { Clock } from '../clock/clock.js';
import { cacheControl } from '../representation/cache-control.js';
import { Representation } from '../representation/representation.js';
import { TenantRoutes } from '../representation/routes.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { Centre } from './centre.dto.js';

@ApiTags('centre')
@Controller('tenant')
@TenantRoutes()
export class CentreController {
  constructor(private readonly clock: Clock) {}

  /** The shopping centre that is asked: its name and time zone */
  @Get()
  @Read()
  @ApiOkResponse({ type: Centre, description: 'The shopping centre' })
  find(): Representation<Centre> {
    const { id, name, timeZone } = currentTenant();
    const centre: Centre = { id, name, timeZone };
    const etag = `"${createHash('sha256').update(JSON.stringify(centre)).digest('hex').slice(0, 32)}"`;
    return new Representation(centre, etag, {
      cacheControl: cacheControl(this.clock.now(), Infinity),
      origin: 'memory',
    });
  }
}
