import { Sealed } from '@skep/platform';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Settings of language models: of the installation if tenant and user are '', of a tenant if the user is ''. */
@Entity('model_settings')
export class SettingsEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** A `SettingsDocument` as JSON. It contains keys. */
  @Sealed() document: string;
  @Column('text', { nullable: true }) updated_by: string | null;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
