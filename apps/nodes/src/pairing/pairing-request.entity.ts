import type { NodeDialect } from '@skep/contracts/nodes';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A device that asks to be paired. No one owns it yet: it has no tenant. */
@Entity('pairing_request')
@Index('pairing_request_network', ['network', 'created_at'])
@Index('pairing_request_socket', ['socket_id'], { unique: true })
@Index('pairing_request_expires', ['expires_at'])
@Check('pairing_request_dialect', "dialect in ('event', 'type')")
export class PairingRequestEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('text') platform: string;
  @Column('text', { array: true }) capabilities: string[];
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  /** The network that the device asked from. */
  @Column('text') network: string;
  @Column('text') socket_id: string;
  @Column('text') dialect: NodeDialect;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
}
