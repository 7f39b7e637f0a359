import { Migration } from '@skep/platform';

/** People and groups that the identity providers of organisations manage (SCIM). */
export class Provisioning1796200000007 extends Migration {
  readonly sql = `
    create index account_sso on account (tenant_id, id) where auth_method = 'sso';

    create table provisioned_user (
      account_id text primary key,
      tenant_id text not null,
      external_id text,
      is_removed boolean not null default false
    );
    create index provisioned_user_external on provisioned_user (tenant_id, external_id);

    create table provisioned_group (
      id text primary key,
      tenant_id text not null,
      display_name text not null,
      external_id text,
      created_at timestamptz not null default now()
    );
    create unique index provisioned_group_name on provisioned_group (tenant_id, display_name);
    create index provisioned_group_external on provisioned_group (tenant_id, external_id);

    create table provisioned_member (
      group_id text not null,
      account_id text not null,
      tenant_id text not null,
      primary key (group_id, account_id)
    );
    create index provisioned_member_account on provisioned_member (account_id);`;
}
