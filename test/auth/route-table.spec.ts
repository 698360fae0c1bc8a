import { Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { Public, Read, Roles } from '../../src/auth/access.js';
import { AccessCheck } from '../../src/auth/access-check.js';
import { RouteTable } from '../../src/auth/route-table.js';

@Controller('offers')
class OfferController {
  @Get(':id')
  @Read()
  find() {}

  @Post()
  @Roles('editor')
  create() {}
}

@Controller('platforms')
class PlatformController {
  @Get()
  @Roles('platform-admin')
  list() {}
}

@Controller('mixed')
class MixedController {
  @Get()
  @Read()
  list() {}

  @Get('ping')
  @Public()
  ping() {}
}

@Controller('silent')
class SilentController {
  @Get()
  list() {}
}

async function tableOf(...controllers: Type[]): Promise<RouteTable> {
  @Module({ imports: [DiscoveryModule], controllers, providers: [RouteTable, AccessCheck] })
  class TestModule {}
  const context = await NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false });
  return context.get(RouteTable);
}

describe('the table of routes', () => {
  it('finds the controllers whose requests name a tenant by the access that their routes declare', async () => {
    const table = await tableOf(OfferController, PlatformController);
    expect(table.tenantControllers()).toEqual([OfferController]);
    expect(table.ofTenants().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /offers/:id',
      'POST /offers',
    ]);
  });

  it('keeps the service from starting with a route that says nothing, and names it', async () => {
    await expect(tableOf(SilentController)).rejects.toThrow(/SilentController\.list/);
  });

  it('keeps the service from starting with a controller half of whose routes name a tenant', async () => {
    await expect(tableOf(MixedController)).rejects.toThrow(/MixedController\.ping.*controller of their own/);
  });
});
