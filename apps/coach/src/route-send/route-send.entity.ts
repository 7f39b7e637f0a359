import type { SendStatus } from '@skep/contracts/coach';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Course } from './course.js';

/** A route on its way to Garmin: of a person, or of a browser without an account; then tenant and user are empty. */
@Entity('route_send')
@Check('route_send_status', "status in ('awaiting_auth', 'sending', 'sent', 'permission_missing', 'failed')")
@Index('route_send_state', ['state_hash'], { unique: true, where: 'state_hash is not null' })
@Index('route_send_course', ['tenant_id', 'user_id', 'route_id', 'created_at'], { where: 'course_id is not null' })
@Index('route_send_created', ['created_at'])
export class RouteSendEntity {
  @PrimaryColumn('text') send_id: string;
  @Column('text', { default: '' }) tenant_id: string;
  @Column('text', { default: '' }) user_id: string;
  /** SHA-256 of the secret of the browser, and of the state that Garmin brings back. */
  @Column('bytea', { nullable: true }) browser_hash: Buffer | null;
  @Column('bytea', { nullable: true }) state_hash: Buffer | null;
  @Column('text', { nullable: true }) route_id: string | null;
  @Column('text', { nullable: true }) return_to: string | null;
  /** The route as it was when the sending started. Null once it is not needed. */
  @Column('jsonb', { nullable: true }) course: Course | null;
  @Column('text') status: SendStatus;
  /** The request to Garmin has begun. A process that finds it did not make it, and cannot know whether it arrived. */
  @Column('boolean', { default: false }) requested: boolean;
  /** How often the person has asked for it. */
  @Column('integer', { default: 1 }) attempts: number;
  @Column('text', { nullable: true }) course_id: string | null;
  @Column('text', { nullable: true }) error_code: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('timestamptz', { nullable: true }) retry_at: Date | null;
  @Column('text', { nullable: true }) run_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** Until when the person can agree at Garmin. */
  @Column('timestamptz', { nullable: true }) expires_at: Date | null;
}
