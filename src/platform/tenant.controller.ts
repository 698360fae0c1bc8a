import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  type PipeTransform,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access.js';
import { Subject } from '../http/subject.js';
import { TENANT_ID } from '../config/tenant-seed.js';
import { ApiProblem } from '../problem/api-problem.js';
import { Problem } from '../problem/problem.js';
import { IfMatch, type Precondition } from '../representation/precondition.js';
import { OwnQuery } from '../http/query.interceptor.js';
import { RepresentationInterceptor } from '../representation/representation.interceptor.js';
import { TakesBody } from '../representation/routes.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import { CreateTenant, RetireQuery, UpdateTenant } from './tenant.dto.js';
import { TenantService } from './tenant.service.js';

class TenantIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (TENANT_ID.test(id)) return id;
    throw new Problem(400, 'id-malformed', 'The id of a tenant has 1-63 characters of a-z, 0-9 and "-".');
  }
}

const TenantId = () => Param('id', new TenantIdPipe());
const OfTenant = () =>
  ApiParam({ name: 'id', schema: { type: 'string', pattern: TENANT_ID.source, example: 'harbour-mall' } });
const MayMatch = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag you read: refuses to overwrite a change you have not seen',
  });

@ApiTags('tenants')
@Controller('tenants')
@UseInterceptors(RepresentationInterceptor)
@ApiProblem(400, 'The id, a parameter or the body cannot be read', 'query-invalid', 'id-malformed')
@ApiProblem(503, 'The rows cannot be reached just now; Retry-After says when to try again', 'database-unavailable')
export class TenantController {
  constructor(private readonly tenants: TenantService) {}

  /** Every tenant, by id */
  @Get()
  @Roles('platform-admin')
  @ApiOkResponse({ type: [Tenant] })
  list() {
    return this.tenants.list();
  }

  /** One tenant */
  @Get(':id')
  @Roles('platform-admin')
  @OfTenant()
  @ApiProblem(404, 'There is no such tenant', 'not-found')
  @ApiOkResponse({ type: Tenant })
  find(@TenantId() id: string) {
    return this.tenants.find(id);
  }

  /** Add a tenant: it is served as soon as this is answered. Repeated, it answers 409: no Idempotency-Key is needed */
  @Post()
  @Roles('platform-admin')
  @TakesBody()
  @ApiProblem(
    409,
    'There is such a tenant already, or its schema cannot be made',
    'tenant-exists',
    'tenant-busy',
    'tenant-retiring',
    'connections-too-few',
    'schema-occupied',
    'schema-not-made',
  )
  @ApiCreatedResponse({ type: Tenant })
  create(@Body() body: CreateTenant, @Subject() actor: string) {
    return this.tenants.create(body, actor);
  }

  /** Rename a tenant, change its time zone or languages, suspend or resume it */
  @Patch(':id')
  @Roles('platform-admin')
  @OfTenant()
  @MayMatch()
  @TakesBody('application/json', 'application/merge-patch+json')
  @ApiProblem(404, 'There is no such tenant', 'not-found')
  @ApiProblem(409, 'The tenant is being retired', 'tenant-retiring')
  @ApiProblem(412, 'The tenant was changed since it was read, or If-None-Match excludes it', 'stale')
  @ApiOkResponse({ type: Tenant })
  update(
    @TenantId() id: string,
    @IfMatch() precondition: Precondition,
    @Body() body: UpdateTenant,
    @Subject() actor: string,
  ) {
    return this.tenants.update(id, precondition, body, actor);
  }

  /** Retire a suspended tenant: keep an export of it on the server, and remove its rows */
  @Delete(':id')
  @Roles('platform-admin')
  @HttpCode(204)
  @OwnQuery()
  @OfTenant()
  @MayMatch()
  @ApiProblem(404, 'There is no such tenant', 'not-found')
  @ApiProblem(
    409,
    'The tenant is active, or its export cannot be kept',
    'tenant-active',
    'tenant-busy',
    'tenant-written',
    'connections-too-few',
    'export-not-kept',
    'schema-not-dropped',
  )
  @ApiProblem(412, 'The tenant was changed since it was read, or If-None-Match excludes it', 'stale')
  @ApiNoContentResponse()
  retire(
    @TenantId() id: string,
    @IfMatch() precondition: Precondition,
    @Query() { confirm }: RetireQuery,
    @Subject() actor: string,
  ) {
    return this.tenants.retire(id, precondition, confirm, actor);
  }
}
