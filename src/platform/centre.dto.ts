import { PickType } from '@nestjs/swagger';
import { Tenant } from '../catalogue/tenant.entity.js';

/** The shopping centre that is asked, as apps and pages show it. */
export class Centre extends PickType(Tenant, ['id', 'name', 'timeZone']) {}
