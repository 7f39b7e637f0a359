import { Sealed } from '@skep/platform';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret of an app. It belongs to the app's developer, so that it does not pass to another one with the app. */
@Entity('signing_secret')
export class SigningSecretEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') developer_id: string;
  @PrimaryColumn('text') app_id: string;
  /** The path of a webhook without outer slashes; '' for the secret that signs calls of functions on the developer's server. */
  @PrimaryColumn('text') webhook: string;
  @Sealed() secret: string;
  /** The one before it, which is valid until `previous_until`. */
  @Sealed({ nullable: true }) previous: string | null;
  @Column('timestamptz', { nullable: true }) previous_until: Date | null;
  @Column('timestamptz', { nullable: true }) rotated_at: Date | null;
  @Column('timestamptz', { nullable: true }) shown_at: Date | null;
}
