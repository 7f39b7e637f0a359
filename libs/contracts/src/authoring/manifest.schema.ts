import { APP_ID } from '../common.js';
import type { JsonSchema } from '../fields.js';

/**
 * The structure of an app's manifest, as JSON Schema 2020-12. Objects refuse unknown keys wherever the published format does. Where a
 * schema has a `description`, it is the message for a value that does not match. `MANIFEST_DOCUMENT` is what editors get of it.
 */

const text = { type: 'string' };
const nonEmptyText = { type: 'string', minLength: 1 };
const optionalText = { type: ['string', 'null'] };
const boolean = { type: 'boolean' };
const optionalBoolean = { type: ['boolean', 'null'] };
const optionalInteger = { type: ['integer', 'null'] };
const anyObject = { type: 'object' };
const optionalObject = { type: ['object', 'null'] };

const listOf = (items: object, more: object = {}): object => ({ type: 'array', items, ...more });
const optionalListOf = (items: object): object => ({ type: ['array', 'null'], items });
const matching = (pattern: RegExp, description: string): object => ({ type: 'string', pattern: pattern.source, description });
const openObject = (required: string[], properties: Record<string, object>): JsonSchema => ({ type: 'object', required, properties });
const closedObject = (required: string[], properties: Record<string, object>): JsonSchema => ({
  ...openObject(required, properties),
  additionalProperties: false,
});

const texts = listOf(text);
const scopes = listOf(
  matching(
    /^(\*|[a-z][a-z0-9_-]*([.:][a-z0-9_*-]+)+)$/,
    "A scope is '*' or lower-case words joined by ':' or '.', such as 'notes:read' or 'notes:*'",
  ),
);
const itemId = matching(/^[a-z][a-z0-9_-]+$/, "An id has two or more lower-case letters, digits, '_' or '-', and starts with a letter");

const tool = closedObject(['name'], {
  name: matching(
    /^([A-Za-z_]\w*|__[a-z]+__[\w/-]*)$/,
    "A tool name consists of letters, digits and '_', and starts with a letter or '_'; the tool of a webhook or a panel is named like '__webhook__/path'",
  ),
  description: { type: 'string', maxLength: 10_000 },
  scopes,
  parameters: {
    type: 'object',
    additionalProperties: openObject(['type', 'required'], {
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
  activity: optionalText,
  title: optionalText,
  domains: texts,
  required_scopes: texts,
  impl: optionalObject,
  endpoint: {
    ...matching(/^https?:\/\/\S{1,2000}$/, 'An endpoint is the https address of the function on your server'),
    type: ['string', 'null'],
  },
});

const schedule = closedObject(['name', 'cron'], {
  name: nonEmptyText,
  cron: matching(
    /^(\S+(\s+\S+){4}|@(hourly|daily|weekly|monthly|yearly|annually|reboot))$/,
    "A schedule has five cron fields, such as '0 9 * * *', or is a macro such as @daily",
  ),
  description: optionalText,
});

const webhook = closedObject(['path'], {
  path: matching(/^\/[a-z0-9_/-]+$/, "A webhook path starts with '/', followed by lower-case letters, digits, '_', '-' or '/'"),
  method: { enum: ['POST', 'GET', 'PUT', 'DELETE'] },
  secret_header: text,
});

const events = {
  ...closedObject([], {
    subscribes: listOf(closedObject(['type', 'handler'], { type: nonEmptyText, handler: text })),
    emits: listOf(closedObject(['type'], { type: nonEmptyText, schema_ref: optionalText })),
  }),
  type: ['object', 'null'],
};

const lifecycle = {
  ...closedObject([], {
    on_install: optionalBoolean,
    on_uninstall: optionalBoolean,
    on_enable: optionalBoolean,
    on_disable: optionalBoolean,
    on_upgrade: optionalListOf(text),
    health_check: { ...closedObject([], { interval_sec: { type: 'integer', minimum: 30 } }), type: ['object', 'null'] },
  }),
  type: ['object', 'null'],
};

const trayItem = closedObject(['tray_id'], {
  tray_id: itemId,
  icon: optionalText,
  tooltip: optionalText,
  zone: optionalText,
  order: optionalInteger,
  badge_style: optionalText,
  icon_color: optionalText,
});

const menuItem = closedObject(['item_id', 'label'], {
  item_id: itemId,
  label: text,
  icon: optionalText,
  section: optionalText,
  path: optionalText,
  order: optionalInteger,
  danger: optionalBoolean,
});

const panel = openObject(['slot'], {
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

const secret = closedObject(['name', 'description'], {
  name: matching(/^[a-z][a-z0-9_]{0,62}$/, "A secret name has up to 63 lower-case letters, digits and '_', and starts with a letter"),
  description: nonEmptyText,
  required: boolean,
  write_mode: { enum: ['user', 'extension', 'both'] },
  max_bytes: { type: 'integer', minimum: 1, maximum: 65_536 },
  rotation_hint_days: { ...optionalInteger, minimum: 1 },
  scope: { enum: ['user', 'app'] },
  env_fallback: { ...matching(/^IMPERAL_APPSECRET_/, 'env_fallback must start with IMPERAL_APPSECRET_'), type: ['string', 'null'] },
});

const fileSink = closedObject(['tool', 'accepts', 'arg'], {
  tool: matching(
    /^[a-z][a-z0-9_]{0,62}$/,
    "The tool of a file sink is named with up to 63 lower-case letters, digits and '_', and starts with a letter",
  ),
  accepts: listOf(text, { minItems: 1 }),
  arg: nonEmptyText,
  arg_kind: { enum: ['text', 'file_id', 'bytes_ref'] },
  description: { type: 'string', maxLength: 200 },
});

const oauth = closedObject(['provider'], {
  provider: nonEmptyText,
  collection: {
    ...matching(/^[a-z][a-z0-9_]*$/, "A collection name has lower-case letters, digits and '_', and starts with a letter"),
    type: ['string', 'null'],
  },
  scopes: texts,
  has_hook: boolean,
});

export const MANIFEST_SCHEMA = closedObject(['app_id', 'version'], {
  $schema: text,
  manifest_schema_version: { enum: [1, 2, 3, null] },
  sdk_version: optionalText,
  app_id: matching(APP_ID, 'An app id has 2 to 64 lower-case letters, digits and hyphens, and starts and ends with a letter or digit'),
  version: {
    ...matching(
      /^\d+\.\d+\.\d+([-+.][0-9A-Za-z.+-]+)?$/,
      'A version has the form 1.2.3, optionally with a suffix, and at most 64 characters',
    ),
    maxLength: 64,
  },
  capabilities: texts,
  tools: listOf(tool, { maxItems: 1_000 }),
  signals: listOf(closedObject(['name'], { name: nonEmptyText, description: optionalText })),
  schedules: listOf(schedule),
  required_scopes: scopes,
  migrations_dir: optionalText,
  config_defaults: optionalObject,
  webhooks: optionalListOf(webhook),
  events,
  exposed: optionalListOf(closedObject(['name', 'action_type'], { name: text, action_type: { enum: ['read', 'write'] } })),
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
  skeleton_sections: optionalListOf(anyObject),
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
