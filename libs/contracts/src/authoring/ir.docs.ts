import { APP_VERSION, IDENTIFIER, IR_APP_ID, IR_VERSION, NEVER_CALLABLE, WEBHOOK_FUNCTION } from './names.js';
import type { SchemaDocs } from './describe-schema.js';
import { VERBS } from './verbs.js';

/** What Skep keeps with the release, and clients may read. */
const KEPT = 'Kept with the release for clients; it changes nothing here.';
const FUNCTION_NAME = `^(?!${NEVER_CALLABLE.source.replaceAll('^', '')})${IDENTIFIER.source.slice(1)}|${WEBHOOK_FUNCTION.source}`;
const ICON = 'Icon: a name such as `link`, an emoji, or an https address. None by default.';
const STEPS = 'Steps, in the order in which they run; at most 64.';
const TREE = 'Tree of user interface nodes: `{"type", "props"}`.';

/** What the keys of an IR mean, and the limits that `checkIr` reports in its own words. */
export const IR_DOCS: SchemaDocs = {
  $schema: { description: 'Address of this schema, for editors.' },
  ir_version: { description: 'Version of the IR language: `1.0`.', pattern: IR_VERSION.source, examples: ['1.0'] },
  sdl_vocab_version: { description: `Version of the vocabulary of user interface nodes. ${KEPT}` },
  contract_version: { description: `Version of the contract of apps. ${KEPT}` },
  app: { description: 'The app. It has at least one function or panel.' },

  'app.id': { description: 'Id of the app that you deploy.', pattern: IR_APP_ID.source, examples: ['link-saver'] },
  'app.version': {
    description: 'Version of the release, as in Semantic Versioning. The same version can be deployed again.',
    pattern: APP_VERSION.source,
    examples: ['1.0.0'],
  },
  'app.title': { description: 'Name that users see.' },
  'app.description': { description: 'What the app does, for people and agents.' },
  'app.icon': { description: ICON },
  'app.capabilities': {
    description:
      'What the app may do. `store:read` and `store:write` for its documents, `ai:complete` for language models; `notes:read`, `notes:write` or `notes:*` to call functions of the app `notes`; `extensions:read`, `extensions:write` or `*` for every app that the user has installed; `http:api.example.com` or `http:*.example.com` for requests of code to a host.',
    examples: [['store:write', 'ai:complete']],
  },
  'app.data': { description: `What the app stores. ${KEPT}` },
  'app.functions': { description: 'What users and agents can call; at most 256 functions.' },
  'app.modules': {
    description: 'Code of the app, for functions, panels and producers of the kind `code`: ES modules by their path. At most 64.',
    examples: [{ 'main.js': 'export const hello = (ctx, { name }) => `Hello ${name}`;' }],
  },
  'app.modules.*': { description: 'Text of the module.' },
  'app.mcp': { description: 'MCP server whose tools are functions of the app. A deploy from a source of the kind `remote_mcp` writes it.' },
  'app.ui': { description: 'User interface of the app.' },
  'app.skeleton': { description: 'Sections of what the app knows of a user in short, at most 64. Skep makes them when they are read.' },
  'app.automations': {
    description: 'Rules that users of the app get: `description`, `trigger_filter` and `actions`, which call functions of this app.',
  },
  'app.events': { description: `Events of the app. ${KEPT} The manifest declares those that start a function.` },
  'app.lifecycle': { description: `What happens when the app is installed or removed. ${KEPT}` },

  'app.functions.name': {
    description:
      "Name to call the function by: letters, digits and '_', unique in the app. The function of a webhook is `__webhook__<path>`.",
    pattern: FUNCTION_NAME,
    examples: ['save_link'],
  },
  'app.functions.description': { description: 'What the function does, for people and for agents, which choose functions by it.' },
  'app.functions.params_schema': {
    description:
      'JSON Schema (2020-12) of the params, or a map from their names to their schemas. Without it, any object is accepted. Defaults of top-level properties are filled in.',
    examples: [{ type: 'object', properties: { url: { type: 'string' } }, required: ['url'] }],
  },
  'app.functions.return_schema': {
    description: 'JSON Schema of what the function returns. It is enforced for functions that run elsewhere.',
  },
  'app.functions.action_type': {
    description:
      'What a call does: `read` changes nothing, `write` changes something, `destructive` deletes. Left out, it counts as a write. Users confirm calls by it.',
  },
  'app.functions.effects': { description: 'What a call changes, such as `create:link`, for clients.' },
  'app.functions.event': { description: 'Event that a successful call publishes, beside `<app id>.<function>`. None by default.' },
  'app.functions.impl': { description: 'How the function runs, by its `kind`.' },
  'app.functions.impl:declarative': { description: 'Steps that Skep runs.' },
  'app.functions.impl:http': { description: 'A request to a server of yours.' },
  'app.functions.impl:mcp': { description: 'A tool of the MCP server in `app.mcp`.' },
  'app.functions.impl:code': { description: 'An exported function of a module.' },
  'app.functions.impl.steps': { description: STEPS },
  'app.functions.impl.url': {
    description: 'https address that gets a signed POST with the params.',
    examples: ['https://links.example.com/skep'],
  },
  'app.functions.impl.tool': { description: 'Name of the tool at the server.' },
  'app.functions.impl.pin': { description: 'Hash of the definition of the tool. The deploy writes it.' },
  'app.functions.impl.module': { description: 'Path of the module.', examples: ['main.js'] },
  'app.functions.impl.entry': { description: 'Name of the exported function.', examples: ['hello'] },

  'app.mcp.url': { description: 'https address of the server, or the name of a program that the operator allows.' },
  'app.mcp.credential': {
    description: 'What goes to the server for each user: a secret, or a token of a connected account. None by default.',
  },
  'app.mcp.credential.secret': { description: 'Name of the secret of the user. Either this or `provider`.' },
  'app.mcp.credential.provider': { description: 'Name of the OAuth provider. Either this or `secret`.' },
  'app.mcp.credential.header': { description: 'Header that carries it.', examples: ['Authorization'] },
  'app.mcp.credential.prefix': { description: 'Text before it.', examples: ['Bearer '] },
  'app.mcp.relays': { description: 'What the server may ask the client of a user for, beside a form.' },
  'app.mcp.capabilities': { description: 'What the server declared at the deploy.' },

  'app.ui.panels': { description: 'Panels of the app, at most 64.' },
  'app.ui.panels.panel_id': { description: "Id of the panel, unique in the app: letters, digits, '_' and '-'." },
  'app.ui.panels.slot': {
    description: '`left`, `center` and `right` are the columns of the page; panels in other slots are opened by an action.',
  },
  'app.ui.panels.title': { description: 'Title that users see. None by default.' },
  'app.ui.panels.icon': { description: ICON },
  'app.ui.panels.refresh': {
    description:
      'When clients read the panel again: `manual` (default), `interval:30s` (at least two seconds), or `on_event:` with names of events.',
    examples: ['on_event:link-saver.save_link'],
  },
  'app.ui.panels.render': { description: 'What the panel shows, by its `kind`.' },
  'app.ui.panels.render:static': { description: 'A tree that is shown as it is.' },
  'app.ui.panels.render:template': { description: 'A tree with bindings to the params and to the results of steps.' },
  'app.ui.panels.render:code': { description: 'An exported function of a module that returns a tree.' },
  'app.ui.panels.render.tree': { description: TREE },
  'app.ui.panels.render.steps': { description: `${STEPS} They only read.` },
  'app.ui.panels.render.module': { description: 'Path of the module.' },
  'app.ui.panels.render.entry': { description: 'Name of the exported function.' },

  'app.skeleton.section': { description: 'Name of the section.' },
  'app.skeleton.shape': { description: `JSON Schema of the section. ${KEPT}` },
  'app.skeleton.producer': { description: 'What makes the section, by its `kind`.' },
  'app.skeleton.producer:declarative': { description: 'Steps that make it: their last result. They only read.' },
  'app.skeleton.producer:code': { description: 'An exported function of a module that returns it. It only reads.' },
  'app.skeleton.producer.steps': { description: STEPS },
  'app.skeleton.producer.module': { description: 'Path of the module.' },
  'app.skeleton.producer.entry': { description: 'Name of the exported function.' },
  'app.skeleton.alert': {
    description:
      'Whether a change is a notification to the user; with the capability `chat:send`. Then it is made every five minutes, too.',
  },
  'app.skeleton.ttl': {
    description: 'Seconds for which the section is up to date, unless a function of the app changes something for the user before.',
  },

  step: { description: 'One step of a function. Its result is `{{steps.<id>}}`, and that of the last step `{{prev}}`.' },
  'step.id': { description: 'Id of the step, unique in the function.' },
  'step.op': {
    description: 'What the step does.',
    oneOf: [
      ...Object.entries(VERBS).map(([op, { description }]) => ({ const: op, description })),
      { const: 'conditional', description: 'Continues at the step `then` if the condition is true, else at the step `else`.' },
    ],
  },
  'step.args': {
    description:
      'Arguments of the op. A text can contain bindings, such as `{{event.url}}`; exactly one binding can stand for a value of any type.',
  },
  'step.if': { description: 'The condition: a field and exactly one comparator.' },
  'step.if.field': { description: 'What is compared, usually a binding.' },
  'step.then': { description: 'Id of the step to continue at if the condition is true.' },
  'step.else': { description: 'Id of the step to continue at if it is false; left out, the function ends.' },
};
