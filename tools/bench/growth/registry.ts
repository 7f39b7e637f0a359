import { appId, appName, appOf, description, developerOf, developerTenant, OWN_APPS, personId, series, tenantOf, time } from './names.ts';
import type { FillSteps } from './steps.ts';

/** The functions of an app, as its manifest, its release and its listing have them. */
export const FUNCTIONS = JSON.stringify(
  ['find', 'keep', 'share'].map((name) => ({
    name,
    description: `To ${name} an entry.`,
    params_schema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    action_type: 'read',
  })),
);
const PERMISSIONS = `array['store:read']`;

export const registry: FillSteps = (ranges, world) => {
  const { apps, people } = ranges;
  return [
    [
      'apps',
      `insert into app (app_id, tenant_id, developer_id, latest_revision, live_revision, approved_at, created_at)
       select ${appId()}, ${developerTenant()}, ${developerOf(world)}, 1, 1, ${time(apps)}, ${time(apps)} from ${series(apps)}`,
    ],
    [
      'releases',
      `insert into release (app_id, revision, version, name, description, icon, manifest, functions, panels, permissions, published_at)
       select ${appId()}, 1, '1.0.0', ${appName()}, ${description()}, '', '{}', '${FUNCTIONS}', '[]', ${PERMISSIONS}, ${time(apps)} from ${series(apps)}`,
    ],
    ['approvals', `insert into approval (app_id, revision, approved_at) select ${appId()}, 1, ${time(apps)} from ${series(apps)}`],
    [
      'installs',
      `insert into install (tenant_id, user_id, app_id, revision, permissions)
       select ${tenantOf()}, ${personId()}, ${appId(appOf(ranges))}, 1, ${PERMISSIONS} from ${series(people)}
       union all
       select 'default', '${world.busy.id}', ${appId()}, 1, ${PERMISSIONS} from ${series(apps)} where n <= ${OWN_APPS}`,
    ],
    [
      'counters of installs',
      `update app set install_count = counted.installs, install_sequence = counted.installs
         from (select app_id, count(*) as installs from install group by app_id) counted
        where app.app_id = counted.app_id and install_count <> counted.installs`,
    ],
  ];
};
