import { Migration } from '@skep/platform';

/** There are no foreign keys: no row is deleted while another refers to it, and the checks would add a lock to every refresh. */
export class Baseline1763769600200 extends Migration {
  readonly sql = `
    create table tenant (
      id text primary key,
      name text not null,
      allowed_auth_methods text not null default 'email,api_key',
      max_connections integer not null default 10,
      features jsonb not null default '{}',
      is_active boolean not null default true,
      parent_tenant_id text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz
    );
    -- The same policy as for tables with a tenant_id; here the column is id.
    alter table tenant enable row level security, force row level security;
    create policy tenant_isolation on tenant using (nullif(current_setting('skep.tenant', true), '') in (id, '*'));
    -- sql/add_tenant_roles.sql adds its roles.
    insert into tenant (id, name) values ('default', 'Default');

    create table agency (
      tenant_id text not null,
      agency_id text not null,
      display_name text not null,
      domain text,
      settings jsonb not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, agency_id)
    );
    create unique index agency_domain on agency (tenant_id, domain);

    create table role (
      id text primary key,
      tenant_id text not null,
      name text not null,
      display_name text not null,
      default_scopes text[] not null,
      default_attributes jsonb not null default '{}',
      default_extensions text[] not null default '{}',
      confirmation_policy text not null default 'default_off',
      max_concurrent_tasks integer not null default 3,
      monthly_action_limit integer not null default 500,
      context_window integer not null default 20,
      is_system boolean not null default false,
      created_at timestamptz not null default now()
    );
    create unique index role_name on role (tenant_id, name);

    -- The catalogue of scopes.
    create table scope (
      id bigint generated always as identity primary key,
      tenant_id text not null,
      name text not null,
      resource text not null,
      action text not null,
      display_name text not null,
      description text not null,
      source text not null,
      source_id text,
      is_system boolean not null default false,
      created_at timestamptz not null default now()
    );
    create unique index scope_name on scope (tenant_id, name);
    -- Policies of its own, because every tenant sees the platform's scopes.
    alter table scope enable row level security, force row level security;
    create policy tenant_isolation on scope using (nullif(current_setting('skep.tenant', true), '') in (tenant_id, '*'));
    create policy platform_scopes_visible on scope for select using (tenant_id = '_platform_');

    create table account (
      id text primary key,
      tenant_id text not null,
      email text not null,
      password_hash text,
      second_factor boolean not null default false,
      role text not null,
      -- The effective scopes: a trigger computes them from the next three columns; see sql/set_account_scopes.sql.
      scopes text[] not null,
      role_scopes text[] not null default '{}',
      granted_scopes text[] not null default '{}',
      denied_scopes text[] not null default '{}',
      is_active boolean not null default true,
      agency_id text,
      org_id text,
      auth_method text not null default 'password',
      attributes jsonb not null,
      cases_user_id bigint,
      created_at timestamptz not null default now(),
      last_login timestamptz
    );
    create unique index account_email on account (tenant_id, email);
    create index account_role on account (tenant_id, role);
    create index account_time on account (tenant_id, created_at, id);

    create table pending_signup (
      token_hash bytea primary key,
      user_id text not null,
      tenant_id text not null,
      email text not null,
      password_hash text not null,
      attributes jsonb not null,
      token_sent boolean not null,
      network text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index pending_signup_email on pending_signup (tenant_id, email, created_at);
    create index pending_signup_expires on pending_signup (expires_at);

    create table password_reset (
      token_hash bytea primary key,
      tenant_id text not null,
      email text not null,
      token_sent boolean not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index password_reset_email on password_reset (tenant_id, email, created_at);
    create index password_reset_expires on password_reset (expires_at);

    create table email_change (
      token_hash bytea primary key,
      account_id text not null,
      tenant_id text not null,
      new_email text not null,
      token_sent boolean not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index email_change_account on email_change (account_id);
    create index email_change_email on email_change (tenant_id, new_email, created_at);
    create index email_change_expires on email_change (expires_at);

    create table session (
      id text primary key,
      account_id text not null,
      tenant_id text not null,
      -- Users recognize their sessions by label and surface.
      label text,
      surface text not null default 'web',
      ip text,
      created_at timestamptz not null default now(),
      last_used_at timestamptz not null default now(),
      idle_until timestamptz not null,
      expires_at timestamptz not null,
      access_until timestamptz not null,
      revoked_at timestamptz,
      revoke_reason text
    ) with (fillfactor = 80);
    create index session_account on session (account_id);
    create index session_tenant on session (tenant_id) where revoked_at is null;
    create index session_expires on session (expires_at);
    create index session_revoked on session (revoked_at) where revoked_at is not null;

    create table refresh_token (
      hash bytea primary key,
      session_id text not null,
      used_at timestamptz,
      used_by bytea,
      successor_hash bytea
    ) with (fillfactor = 80);
    create index refresh_token_session on refresh_token (session_id);

    create table device_grant (
      code_hash bytea primary key,
      user_code text not null,
      code_challenge text not null,
      label text,
      ip text,
      state text not null default 'pending',
      account_id text,
      tenant_id text,
      proof bytea,
      poll_seconds integer not null default 5,
      polled_at timestamptz,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create unique index device_grant_user_code on device_grant (user_code);
    create index device_grant_expires on device_grant (expires_at);

    create table api_key (
      id text primary key,
      account_id text not null,
      tenant_id text not null,
      hash bytea not null,
      key_prefix text not null,
      name text not null,
      scopes text not null,
      -- Set for a key that is limited to one app.
      app_id text,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      revoked_at timestamptz
    );
    create unique index api_key_hash on api_key (hash);
    create index api_key_account on api_key (account_id, tenant_id);

    create table totp (
      account_id text primary key,
      tenant_id text not null,
      sealed_secret bytea not null,
      confirmed_at timestamptz,
      last_step bigint,
      created_at timestamptz not null default now()
    );

    create table recovery_code (
      hash bytea primary key,
      account_id text not null,
      tenant_id text not null
    );
    create index recovery_code_account on recovery_code (account_id);

    create table passkey (
      id text primary key,
      account_id text not null,
      tenant_id text not null,
      credential_id text not null,
      public_key bytea not null,
      sign_count bigint not null,
      transports text[] not null,
      name text not null,
      backed_up boolean not null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz
    );
    create unique index passkey_credential on passkey (credential_id);
    create index passkey_account on passkey (account_id);

    create table challenge (
      hash bytea primary key,
      purpose text not null,
      account_id text,
      tenant_id text,
      proof bytea,
      wrong_answers integer not null default 0,
      expires_at timestamptz not null
    );
    create index challenge_expires on challenge (expires_at);

    create table attempt (
      key bytea primary key,
      level double precision not null,
      at timestamptz not null
    );
    create index attempt_at on attempt (at);

    create table signing_key (
      kid text primary key,
      public_jwk jsonb not null,
      sealed_private_key bytea not null,
      is_active boolean not null,
      created_at timestamptz not null default now(),
      signs_from timestamptz,
      expires_at timestamptz
    );
    create unique index signing_key_active on signing_key (is_active) where is_active;

    create table mail (
      id bigint generated always as identity primary key,
      sealed bytea not null,
      tries integer not null default 0,
      due_at timestamptz not null default now(),
      expires_at timestamptz not null
    );
    create index mail_due on mail (due_at);

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
    create index audit_log_subject on audit_log (tenant_id, subject_id, created_at, id);`;
}
