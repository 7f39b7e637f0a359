import {
  appId,
  appName,
  category,
  description,
  developerOf,
  developerTenant,
  OWN_APPS,
  personId,
  series,
  tenantOf,
  time,
  word,
} from './names.ts';
import { FUNCTIONS } from './registry.ts';
import type { FillSteps } from './steps.ts';

/** Apps whose next release waits for its review: enough for a full answer, then one in a hundred. */
const IS_PENDING = '(n <= 1000 and n % 5 = 1 or n % 100 = 1)';

export const developerPortal: FillSteps = (ranges, world) => {
  const { apps } = ranges;
  const listing = `json_build_object('name', ${appName()}, 'short_description', ${description()}, 'description', ${description()}, 'category', ${category()},
    'icon', '', 'icon_svg', null, 'pricing_model', 'free', 'pricing_config', null, 'system', false, 'manifest_json', '{}'::json,
    'permission_ids', array['store:read'], 'tools_json', '${FUNCTIONS}'::json)`;
  return [
    [
      'developers',
      `insert into developer (tenant_id, developer_id, email, nickname, display_name)
       select ${tenantOf()}, ${personId()}, ${word()} || n || '@growth.example', ${word()} || n, initcap(${word()})
         from (select distinct 1 + n / 5 as n from ${series(apps)} where n > ${OWN_APPS}) d on conflict do nothing`,
    ],
    [
      'apps',
      `insert into app (app_id, tenant_id, developer_id, name, short_description, description, category, status, revenue_split_dev, tools_json, functions,
                        permission_ids, version, revision, runnable, approved_revision, approved_at, submitted_at, created_at, updated_at)
       select ${appId()}, ${developerTenant()}, ${developerOf(world)}, ${appName()}, ${description()}, ${description()}, ${category()},
              case when ${IS_PENDING} then 'pending_review' else 'active' end, 70, '${FUNCTIONS}', '${FUNCTIONS}', '{store:read}', '1.0.0',
              1, true, 1, ${time(apps)}, ${time(apps)}, ${time(apps)}, ${time(apps)} from ${series(apps)}`,
    ],
    [
      'deploys',
      `insert into deploy (deploy_id, app_id, tenant_id, developer_id, version, status, revision, created_at, deployed_at)
       select 'dep_' || lpad(n::text, 20, '0'), ${appId()}, ${developerTenant()}, ${developerOf(world)}, '1.0.0', 'success', 1, ${time(apps)}, ${time(apps)}
         from ${series(apps)}`,
    ],
    [
      'submissions',
      `insert into submission (submission_id, app_id, tenant_id, revision, version, listing, checks, submitted_by, submitted_at, decision, decided_by, decided_at)
       select 'sub_' || lpad(n::text, 20, '0'), ${appId()}, ${developerTenant()}, 1, '1.0.0', ${listing}, '[]', ${developerOf(world)}, ${time(apps)},
              'approved', '${world.admin.id}', ${time(apps)} from ${series(apps)}`,
    ],
    [
      'submissions that wait',
      `insert into submission (submission_id, app_id, tenant_id, revision, version, listing, checks, submitted_by, submitted_at)
       select 'sub_w' || lpad(n::text, 19, '0'), ${appId()}, ${developerTenant()}, 1, '1.0.0', ${listing}, '[]', ${developerOf(world)}, ${time(apps)}
         from ${series(apps)} where ${IS_PENDING}`,
    ],
  ];
};
