import { appId, appName, appOf, BUSY, category, description, developerOf, OWN_APPS, series, time } from './names.ts';
import { FUNCTIONS } from './registry.ts';
import type { FillSteps } from './steps.ts';

const vector = (language: string, text: string) => `to_tsvector('${language}', ${text})`;
const WORDS = `name || ' ' || short_description || ' ' || category`;

export const marketplace: FillSteps = (ranges, world) => {
  const { apps, people, actions } = ranges;
  return [
    [
      'listings',
      `insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, revision, version, tags, functions, permissions,
                            system, listed, rating, review_count, published_at, approved_at, document)
       select app_id, developer, name, short_description, category, '', 'free', 1, '1.0.0', '{}', '${FUNCTIONS}', '{store:read}', false, true,
              1 + n % 41 / 10.0, n % 997, at, at,
              setweight(${vector('english', 'name')} || ${vector('simple', `name || ' ' || replace(app_id, '-', ' ')`)}, 'A')
              || setweight(${vector('english', 'short_description')} || ${vector('simple', 'short_description')}, 'B')
              || setweight(${vector('simple', 'category')}, 'C')
         from (select n, ${appId()} as app_id, ${developerOf(world)} as developer, ${appName()} as name, ${description()} as short_description,
                      ${category()} as category, ${time(apps)} as at from ${series(apps)}) app`,
    ],
    [
      'counters of installs and actions',
      `insert into popularity (app_id, category, listed, install_count, install_sequence, action_count)
       select app_id, category, true, installs, installs, actions
         from (select ${appId()} as app_id, ${category()} as category, coalesce(actions, 0) as actions,
                      coalesce(installs, 0) + (n > ${apps.from} and n <= ${OWN_APPS})::int as installs
                 from generate_series(1, ${apps.to}) n
                 left join (select ${appOf(ranges)} as app, count(*) as installs from ${series(people)} group by app) i on i.app = n
                 left join (select ${appOf(ranges)} as app, count(*) as actions from ${series(actions)} where n % ${BUSY.actions} <> 0 group by app) a
                   on a.app = n) counted
       on conflict (app_id) do update set install_count = popularity.install_count + excluded.install_count,
         install_sequence = popularity.install_sequence + excluded.install_sequence, action_count = popularity.action_count + excluded.action_count`,
    ],
    [
      'actions of the busy app',
      `update popularity set action_count = action_count + (select count(*) from ${series(actions)} where n % ${BUSY.actions} = 0)
        where app_id = '${world.app_id}'`,
    ],
    [
      'counters of categories',
      `insert into category_size (category, app_count) select category, count(*) from listing where listed group by category
       on conflict (category) do update set app_count = excluded.app_count`,
    ],
    [
      'words',
      `insert into vocabulary (word) select distinct unnest(tsvector_to_array(${vector('simple', WORDS)})) from listing on conflict do nothing`,
    ],
  ];
};
