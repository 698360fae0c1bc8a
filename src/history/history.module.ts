import { Purged } from '../change/purged.entity.js';
import { Tombstone } from '../schedule/tombstone.entity.js';
import { Feature } from '../tenancy/feature.js';
import { RestoreController } from './restore.controller.js';
import { RestoreService } from './restore.service.js';
import { UndoController } from './undo.controller.js';
import { UndoService } from './undo.service.js';

@Feature({
  tables: [
    {
      entity: Tombstone,
      row: 'tombstone',
      rows: 'tombstones',
      key: ['revision', 'resource', 'id'],
      isResource: false,
    },
    { entity: Purged, row: 'purged', rows: 'purged', isResource: false, isOneRow: true },
  ],
  controllers: [RestoreController, UndoController],
  providers: [RestoreService, UndoService],
})
export class HistoryModule {}
