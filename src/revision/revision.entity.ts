import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says how often the tenant was written to. */
@Entity('Revision')
export class Revision {
  @PrimaryColumn('int', { name: 'Id' })
  id: number;

  /** 0 when nothing was written yet. */
  @Column('int', { name: 'Value' })
  value: number;

  /** Made with the schema: a tenant made anew or restored does not pass for the old one. */
  @Column('varchar', { name: 'Epoch', length: 36 })
  epoch: string;
}
