import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a language model was asked under a key, for as long as the question may be repeated. */
@Entity('model_request')
@Index('model_request_created', ['created_at'])
export class ModelRequestEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') key: string;
  /** As JSON. It has what is known of a person. */
  @Sealed() request: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
