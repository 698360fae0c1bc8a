import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row that a rollout wrote, and the revision of the shopping centre under which it did. */
interface WrittenRow {
  id: number;
  revision: number;
}

/**
 * The rows that a rollout wrote in this shopping centre. It lies beside the rows and is written with them, so that a repeated
 * rollout knows its campaign again, whatever was cut off.
 */
@Entity('Rollouts')
export class Rollout {
  /** SHA-256 of the key, in hex: the same under every collation. */
  @PrimaryColumn('varchar', { name: 'KeyHash', length: 64 })
  keyHash: string;

  @Column('nvarchar', { name: 'Key', length: 100 })
  key: string;

  @Column('int', { name: 'CampaignId' })
  campaignId: number;

  /** The campaign's revision, and its events in the order in which the rollout has them. */
  @Column('simple-json', { name: 'Written' })
  written: { revision: number; events: WrittenRow[] };
}
