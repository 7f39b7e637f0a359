import { BUSY, owner, personId, series, tenantOf, time, word } from './names.ts';
import type { FillSteps } from './steps.ts';

export const authGateway: FillSteps = (ranges, world) => {
  const { tenants, people, audit } = ranges;
  const subject = owner(ranges, world, BUSY.audit);
  return [
    [
      'tenants',
      `insert into tenant (id, name, created_at) select 'tenant-' || n, initcap(${word()}), ${time(tenants)} from ${series(tenants)}`,
    ],
    [
      'people',
      `insert into account (id, tenant_id, email, role, role_scopes, scopes, attributes, created_at)
       select ${personId()}, r.tenant_id, ${word()} || n || '@growth.example', r.name, r.default_scopes, '{}',
              jsonb_build_object('first_name', initcap(${word()}), 'last_name', initcap(${word('n + 7')})), ${time(people)}
         from ${series(people)} join role r on r.tenant_id = ${tenantOf()} and r.name = 'user'`,
    ],
    [
      'sessions',
      `with created as (
         insert into session (id, account_id, tenant_id, label, created_at, last_used_at, idle_until, expires_at, access_until)
         select 'ses_' || lpad(n::text, 22, '0'), ${personId()}, ${tenantOf()}, 'Firefox', now(), now(), now() + interval '30 days',
                now() + interval '90 days', now() + interval '1 hour'
           from ${series(people)} returning id)
       insert into refresh_token (hash, session_id) select sha256(id::bytea), id from created`,
    ],
    [
      'audit entries',
      `insert into audit_log (tenant_id, actor_id, actor_type, via, action, target_type, target_id, subject_id, metadata, source, ip_address, created_at)
       select tenant, person, 'user', 'user', 'session.opened', 'session', 'ses_' || lpad(n::text, 22, '0'), person, '{"surface": "web", "label": "Firefox"}',
              'api', '203.0.113.7', at
         from (select n, ${subject.tenant} as tenant, ${subject.user} as person, ${time(audit)} as at from ${series(audit)}) entry`,
    ],
  ];
};
