import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An organisation. The same e-mail address in another tenant is another person. */
@Entity('tenant')
export class Tenant {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
