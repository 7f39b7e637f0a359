import type { EmailCase } from '@skep/contracts/channels';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A template that was changed; the others are the defaults. */
@Entity('email_template')
export class EmailTemplateEntity {
  @PrimaryColumn('text') case: EmailCase;
  @Column('text') subject: string;
  @Column('text') html_body: string;
  @Column('text') text_body: string;
  @Column('boolean') enabled: boolean;
  @Column('text') updated_by: string;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
