import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A price that was changed; the others have the default of the installation's settings. */
@Entity('price')
export class PriceEntity {
  /** As in the path of its routes, such as `platform-fees`. */
  @PrimaryColumn('text') name: string;
  @Column('jsonb') value: Record<string, unknown>;
}
