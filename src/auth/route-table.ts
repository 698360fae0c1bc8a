import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type Access, accessOf } from './access.js';

interface Route {
  controller: Type;
  handler: string;
  /** As HTTP has it, such as GET. */
  method: string;
  /** As the controllers write it: `/campaign-events/:id`. */
  path: string;
  access: Access | undefined;
}

/** The routes of all controllers by whom they declare to be for: nothing else lists them. */
@Injectable()
export class RouteTable {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** The controllers whose requests name a tenant. */
  tenantControllers(): Type[] {
    return [...new Set(this.ofTenants().map(({ controller }) => controller))];
  }

  /** The routes whose requests name a tenant. */
  ofTenants(): Route[] {
    return this.all().filter(isOfTenant);
  }

  all(): Route[] {
    return this.discovery
      .getControllers()
      .map(({ metatype }) => metatype)
      .filter((controller): controller is Type => typeof controller === 'function')
      .flatMap((controller) => this.routesOf(controller));
  }

  private routesOf(controller: Type): Route[] {
    const prototype = controller.prototype as Record<string, Function>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
      const access = accessOf(this.reflector, handler, controller);
      return pathsOf(controller).flatMap((base) =>
        pathsOf(handler).map((path) => ({ controller, handler: name, method, path: joined(base, path), access })),
      );
    });
  }
}

/** Whether a request to the route works on the rows of the tenant it names. A route that declares nothing does not. */
export function isOfTenant({ access }: Pick<Route, 'access'>): boolean {
  return access !== undefined && !['public', 'platform-admin', 'many-centres'].includes(access);
}

function pathsOf(target: Function): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

function joined(base: string, path: string): string {
  return `/${[base, path]
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}
