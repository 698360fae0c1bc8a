import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessOf } from './access.js';

/** Keeps Atrium from starting with a route that does not say whom it is for. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error that names every such route */
  onModuleInit(): void {
    const undeclared = this.discovery
      .getControllers()
      .map(({ metatype }) => metatype)
      .filter((controller) => typeof controller === 'function')
      .flatMap((controller) => this.undeclaredRoutes(controller));
    if (undeclared.length === 0) return;
    throw new Error(`Routes without @Public(), @Read() or @Roles(): ${undeclared.join(', ')}`);
  }

  private undeclaredRoutes(controller: Function): string[] {
    const prototype = controller.prototype as Record<string, Function>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const handler = prototype[name];
        const isRoute = handler !== undefined && Reflect.hasMetadata(PATH_METADATA, handler);
        return isRoute && accessOf(this.reflector, handler, controller) === undefined;
      })
      .map((name) => `${controller.name}.${name}`);
  }
}
