import { Feature } from '../tenancy/feature.js';
import { ImportController } from './import.controller.js';
import { ImportService } from './import.service.js';

@Feature({
  tags: [{ name: 'imports', description: 'Many campaigns and events at once, from a table' }],
  controllers: [ImportController],
  providers: [ImportService],
})
export class ImportModule {}
