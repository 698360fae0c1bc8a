import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isOfTenant, RouteTable } from './route-table.js';

/** Stops the start when a route does not declare who may use it. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(private readonly routes: RouteTable) {}

  /** @throws Error that names every such route */
  onModuleInit(): void {
    const routes = this.routes.all();
    const nameOf = ({ controller, handler }: (typeof routes)[number]) => `${controller.name}.${handler}`;
    const undeclared = routes.filter(({ access }) => access === undefined).map(nameOf);
    if (undeclared.length > 0)
      throw new Error(`Routes without @Public(), @Read(), @Roles() or @ManyCentres(): ${undeclared.join(', ')}`);
    // The middleware of tenants is for whole controllers.
    const ofTenants = this.routes.tenantControllers();
    const others = routes.filter((route) => ofTenants.includes(route.controller) && !isOfTenant(route));
    if (others.length > 0)
      throw new Error(
        `Routes that name no tenant, in a controller of routes that do: ${others.map(nameOf).join(', ')}. Give them a controller of their own.`,
      );
  }
}
