import { APP_ID } from '@skep/contracts';

/**
 * The structure of an app's manifest, as JSON Schema 2020-12: which keys, of which types and forms. Closed wherever the published
 * format is closed. Where a form needs words, `description` is the sentence for somebody whose value does not have it.
 */

const text = { type: 'string' };
const named = { type: 'string', minLength: 1 };
const optionalText = { type: ['string', 'null'] };
const boolean = { type: 'boolean' };
const optionalBoolean = { type: ['boolean', 'null'] };
const optionalInteger = { type: ['integer', 'null'] };
const anyObject = { type: 'object' };
const optionalObject = { type: ['object', 'null'] };

const listOf = (items: object, more: object = {}): object => ({ type: 'array', items, ...more });
const optionalListOf = (items: object): object => ({ type: ['array', 'null'], items });
const formed = (pattern: RegExp, description: string): object => ({ type: 'string', pattern: pattern.source, description });
const shape = (required: string[], properties: Record<string, object>): object => ({ type: 'object', required, properties });
const closed = (required: string[], properties: Record<string, object>): object => ({
  ...shape(required, properties),
  additionalProperties: false,
});

const texts = listOf(text);
const scopes = listOf(
  formed(/^(\*|[a-z][a-z0-9_-]*([.:][a-z0-9_*-]+)+)$/, "A scope is '*', or lower-case words such as 'notes:read' or 'notes:*'"),
);
const itemId = formed(/^[a-z][a-z0-9_-]+$/, "An id is two or more lower-case letters, digits, '_' or '-', a letter first");

const tool = closed(['name'], {
  name: formed(
    /^([A-Za-z_]\w*|__[a-z]+__[\w/-]*)$/,
    "A tool is named by letters, digits and '_'; one that serves a webhook or a panel like '__webhook__/path'",
  ),
  description: { type: 'string', maxLength: 10_000 },
  scopes,
  parameters: {
    type: 'object',
    additionalProperties: shape(['type', 'required'], {
      type: { enum: ['string', 'integer', 'number', 'boolean', 'array', 'object'] },
      required: boolean,
    }),
  },
  action_type: optionalText,
  chain_callable: optionalBoolean,
  effects: texts,
  params_schema: optionalObject,
  return_schema: optionalObject,
  background: optionalBoolean,
  long_running: optionalBoolean,
  event: optionalText,
  owner_chat_tool: optionalText,
  synthetic: optionalBoolean,
  id_projection: optionalText,
});

const schedule = closed(['name', 'cron'], {
  name: named,
  cron: formed(
    /^(\S+(\s+\S+){4}|@(hourly|daily|weekly|monthly|yearly|annually|reboot))$/,
    "A schedule is five cron fields, such as '0 9 * * *', or a word such as @daily",
  ),
  description: optionalText,
});

const webhook = closed(['path'], {
  path: formed(/^\/[a-z0-9_/-]+$/, "A webhook's path is '/' and lower-case letters, digits, '_', '-' or '/'"),
  method: { enum: ['POST', 'GET', 'PUT', 'DELETE'] },
  secret_header: text,
});

const events = {
  ...closed([], {
    subscribes: listOf(closed(['type', 'handler'], { type: named, handler: text })),
    emits: listOf(closed(['type'], { type: named, schema_ref: optionalText })),
  }),
  type: ['object', 'null'],
};

const lifecycle = {
  ...closed([], {
    on_install: optionalBoolean,
    on_uninstall: optionalBoolean,
    on_enable: optionalBoolean,
    on_disable: optionalBoolean,
    on_upgrade: optionalListOf(text),
    health_check: { ...closed([], { interval_sec: { type: 'integer', minimum: 30 } }), type: ['object', 'null'] },
  }),
  type: ['object', 'null'],
};

const trayItem = closed(['tray_id'], {
  tray_id: itemId,
  icon: optionalText,
  tooltip: optionalText,
  zone: optionalText,
  order: optionalInteger,
  badge_style: optionalText,
  icon_color: optionalText,
});

const menuItem = closed(['item_id', 'label'], {
  item_id: itemId,
  label: text,
  icon: optionalText,
  section: optionalText,
  path: optionalText,
  order: optionalInteger,
  danger: optionalBoolean,
});

const panel = shape(['slot'], {
  slot: text,
  tree: anyObject,
  panel_id: optionalText,
  title: optionalText,
  icon: optionalText,
  refresh: optionalText,
  center_overlay: optionalBoolean,
  default_width: optionalInteger,
  min_width: optionalInteger,
  max_width: optionalInteger,
});

const secret = closed(['name', 'description'], {
  name: formed(/^[a-z][a-z0-9_]{0,62}$/, "A secret is named by up to 63 lower-case letters, digits and '_', a letter first"),
  description: named,
  required: boolean,
  write_mode: { enum: ['user', 'extension', 'both'] },
  max_bytes: { type: 'integer', minimum: 1, maximum: 65_536 },
  rotation_hint_days: { ...optionalInteger, minimum: 1 },
  scope: { enum: ['user', 'app'] },
  env_fallback: { ...formed(/^IMPERAL_APPSECRET_/, 'The name of a variable begins with IMPERAL_APPSECRET_'), type: ['string', 'null'] },
});

const fileSink = closed(['tool', 'accepts', 'arg'], {
  tool: formed(/^[a-z][a-z0-9_]{0,62}$/, "A tool that takes files is named by up to 63 lower-case letters, digits and '_'"),
  accepts: listOf(text, { minItems: 1 }),
  arg: named,
  arg_kind: { enum: ['text', 'file_id', 'bytes_ref'] },
  description: { type: 'string', maxLength: 200 },
});

const oauth = closed(['provider'], {
  provider: named,
  collection: {
    ...formed(/^[a-z][a-z0-9_]*$/, "A collection is named by lower-case letters, digits and '_'"),
    type: ['string', 'null'],
  },
  scopes: texts,
  has_hook: boolean,
});

export const MANIFEST_SCHEMA = closed(['app_id', 'version'], {
  manifest_schema_version: { enum: [1, 2, 3, null] },
  sdk_version: optionalText,
  app_id: formed(APP_ID, 'This cannot be an app id'),
  version: {
    ...formed(/^\d+\.\d+\.\d+([-+.][0-9A-Za-z.+-]+)?$/, 'A version looks like 1.2.3, in 64 characters at the most'),
    maxLength: 64,
  },
  capabilities: texts,
  tools: listOf(tool, { maxItems: 1_000 }),
  signals: listOf(closed(['name'], { name: named, description: optionalText })),
  schedules: listOf(schedule),
  required_scopes: scopes,
  migrations_dir: optionalText,
  config_defaults: optionalObject,
  webhooks: optionalListOf(webhook),
  events,
  exposed: optionalListOf(closed(['name', 'action_type'], { name: text, action_type: { enum: ['read', 'write'] } })),
  lifecycle,
  lifecycle_hooks: { ...optionalObject, additionalProperties: anyObject },
  tray: optionalListOf(trayItem),
  menu: optionalListOf(menuItem),
  actions_explicit: optionalBoolean,
  icon_size_bytes: optionalInteger,
  system: optionalBoolean,
  hidden_in_sidebar: optionalBoolean,
  secrets: optionalListOf(secret),
  file_sinks: optionalListOf(fileSink),
  oauth: optionalListOf(oauth),
  panels: optionalListOf(panel),
  search_providers: {},
  name: optionalText,
  description: optionalText,
  author: optionalText,
  license: optionalText,
  homepage: optionalText,
  icon: optionalText,
  category: optionalText,
  tags: optionalListOf(text),
  marketplace: optionalObject,
  pricing: optionalObject,
});
