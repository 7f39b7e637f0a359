import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditLog1763769600220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table audit_log (
        id bigint generated always as identity primary key,
        tenant_id text not null,
        actor_id text not null,
        actor_type text not null,
        via text not null,
        action text not null,
        target_type text not null,
        target_id text not null,
        subject_id text,
        changes jsonb,
        metadata jsonb,
        source text not null,
        ip_address text,
        request_id text,
        created_at timestamptz not null default now()
      );
      create index audit_log_time on audit_log (tenant_id, created_at, id);
      create index audit_log_actor on audit_log (tenant_id, actor_id, created_at, id);
      create index audit_log_target on audit_log (tenant_id, target_type, target_id, created_at, id);
      create index audit_log_action on audit_log (tenant_id, action, created_at, id);
      create index audit_log_subject on audit_log (tenant_id, subject_id, created_at, id);

      create function audit_log_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'audit_log is append-only' using errcode = 'insufficient_privilege';
      end $$;
      create trigger audit_log_append_only before update or delete or truncate on audit_log
        for each statement execute function audit_log_append_only();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table audit_log; drop function audit_log_append_only;');
  }
}
