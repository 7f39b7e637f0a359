/** What a kind of fault means, and how its author corrects it: a section of docs/apps/errors.md. */
interface FaultDocs {
  meaning: string;
  fix: string;
}

/**
 * The kinds of faults that a check of an IR or a manifest finds, by their code. docs/apps/errors.md is generated from this: a code is the anchor
 * of its section.
 */
export const FAULTS = {
  'outside-limits': {
    meaning:
      'The IR or the manifest is too large, nested too deeply or has too many values, or it has a text that cannot be stored. An IR has at most 256 KiB, 32 levels and 20,000 values; a manifest 1 MiB, 64 levels and 50,000 values. The schemas of all functions have at most 8,192 parts together.',
    fix: 'Divide the app, or keep long texts in documents. Remove NUL characters, halves of surrogate pairs and keys named `__proto__`.',
  },
  'missing-key': { meaning: 'An object lacks a key that it needs.', fix: 'Add the key. The schema says what it contains.' },
  'unknown-key': {
    meaning: 'An object has a key that it cannot have. Often it is misspelt, or belongs to another object.',
    fix: 'Write the name that the message proposes, or remove the key.',
  },
  'invalid-value': {
    meaning: 'A value has another type than its key needs, is outside its limits, or is none of the allowed words.',
    fix: 'Write a value as the message says.',
  },
  'unknown-kind': {
    meaning: 'The `kind` of an implementation, of a `render` or of a `producer` is missing or unknown.',
    fix: 'A function is `declarative`, `http`, `mcp` or `code`; a `render` is `static`, `template` or `code`; a `producer` is `declarative` or `code`.',
  },
  'unsupported-version': { meaning: 'The `ir_version` is that of another language.', fix: 'Write `"ir_version": "1.0"`.' },
  'invalid-app-id': {
    meaning: 'An id is not that of an app.',
    fix: "Use letters, digits, '-' and '_', at most 64. New apps have lower-case letters, digits and inner hyphens only.",
  },
  'wrong-app-id': {
    meaning: 'The IR or the manifest is that of another app than the one that you deploy.',
    fix: 'Write the id of the app that you deploy.',
  },
  'invalid-version': {
    meaning: 'The version of the app does not have three numbers.',
    fix: 'Write a version as in Semantic Versioning, such as `1.2.3` or `1.2.3-beta.1`.',
  },
  'invalid-icon': {
    meaning: 'An icon is neither a name, an emoji nor a web address.',
    fix: 'Write the name of an icon of [Lucide](https://lucide.dev/icons), such as `link`.',
  },
  'no-functions': { meaning: 'The app can do nothing.', fix: 'Add a function or a panel.' },
  'invalid-name': {
    meaning:
      'A name has characters that it cannot have, or is reserved for the platform, such as `__panel__main`, `tool_notes_chat` or `constructor`.',
    fix: 'The name of a function has letters, digits and `_`, at most 100, and starts with a letter or `_`: `save_link`, not `save-link`.',
  },
  'duplicate-name': {
    meaning: 'Two functions, two panels, two webhooks or two steps of a function have the same name.',
    fix: 'Rename one of them.',
  },
  'invalid-schema': {
    meaning: 'A `params_schema` or `return_schema` is not a JSON Schema (2020-12) that Skep can use.',
    fix: 'Correct the part that the message names. References begin with `#/` and do not contain themselves; a `pattern` has no look-around and no back-references.',
  },
  'invalid-url': { meaning: 'The address of a function or an MCP server is not one.', fix: 'Write an https address without a password.' },
  'invalid-mcp-server': {
    meaning: 'A function of kind `mcp` needs the server in `app.mcp`, or the credential of that server cannot be sent.',
    fix: 'Declare the server. A credential goes in a header of its own, such as `Authorization`; a program gets none.',
  },
  'invalid-module': {
    meaning: 'A module of the app is not JavaScript, has a path that it cannot have, or imports what the app does not have.',
    fix: 'Correct the line that the message names. TypeScript is compiled before the deploy; packages are bundled into a module. See [code functions](code.md).',
  },
  'unknown-module': {
    meaning: 'A function, a panel or a producer in code names a module that the app does not have.',
    fix: 'Add the text of the module to `app.modules`, or write the path that the message proposes.',
  },
  'unknown-export': {
    meaning: 'A function, a panel or a producer in code names something that its module does not export.',
    fix: 'Export it by that name, or write the name that the message proposes.',
  },
  'unknown-op': {
    meaning: 'A step has an `op` that does not exist.',
    fix: 'Write the op that the message proposes. The schema of the IR lists all of them with their arguments.',
  },
  'panel-changes-data': {
    meaning: 'A step of a panel does more than read. Panels are shown at any time, so they change nothing and cost nothing.',
    fix: 'Use `store.get`, `store.list` and `conditional`. What changes data is a function, which the panel calls by an action.',
  },
  'missing-argument': {
    meaning: 'A step lacks an argument that its op needs.',
    fix: 'Add it to `args`. Of several of which exactly one is needed, give one.',
  },
  'invalid-argument': {
    meaning: 'An argument of a step has a value that its op cannot take.',
    fix: 'Write a value of the type that the message names, or exactly one binding, such as `"{{event.limit}}"`.',
  },
  'unknown-argument': {
    meaning: 'A warning: the op of a step does not know this argument, so it has no effect.',
    fix: 'Write the name that the message proposes, or remove the argument.',
  },
  'unknown-step': {
    meaning: 'A binding, `then` or `else` names a step that the function does not have.',
    fix: 'Write the `id` of a step of the same function: `{{steps.<id>.…}}`.',
  },
  'unknown-root': {
    meaning: 'A binding begins with a word that is none of its roots.',
    fix: 'Write `{{event.<param>}}` for a param of the call, `{{steps.<id>.…}}` for the result of a step, or `{{prev.…}}` for that of the last one.',
  },
  'unclosed-binding': { meaning: 'A binding begins with `{{` and does not end.', fix: 'Add `}}`.' },
  'invalid-binding': {
    meaning: 'A binding has a name in its path that is not allowed, or a filter or a format that does not exist.',
    fix: 'The filters are `count`, `default: "text"` and `format: ",.2f"` (also `.0%`, `date`, `time`, `datetime`).',
  },
  'unknown-param': {
    meaning: 'A warning: a binding names a param that the `params_schema` does not declare, so it is always empty.',
    fix: 'Declare the param, or write the name that the message proposes.',
  },
  'unknown-function': {
    meaning: 'A `call` names a function that the app does not have.',
    fix: 'Write the name that the message proposes, or give the `app_id` of the app that has it.',
  },
  'missing-capability': {
    meaning: 'A warning: a step needs a capability that the app does not list, so it fails when it runs.',
    fix: 'Add it to `app.capabilities`. Users see what it allows before they install the app.',
  },
  'invalid-condition': {
    meaning: 'The operand of a condition has another type than its comparator needs.',
    fix: '`exists` is `true` or `false`.',
  },
  'invalid-tree': {
    meaning: 'The tree of a panel has a directive that is not complete.',
    fix: '`$repeat` is exactly one binding and has a `node`; `$if` has a `field`, one comparator and a `node`; the root has a `type`.',
  },
  'unencrypted-address': { meaning: 'A warning: what users pass to the function is sent without encryption.', fix: 'Use https.' },
  'unanswered-webhook': {
    meaning:
      'A warning: the manifest declares a webhook for which the IR has no function, or the IR has a function for which the manifest declares no webhook.',
    fix: 'Declare the path in `webhooks` of the manifest, and name the function `__webhook__<path>`. See [webhooks](webhooks.md).',
  },
  'foreign-event': {
    meaning: 'The manifest says that the app emits an event of another app.',
    fix: 'The type of an event that an app emits begins with its id and a dot.',
  },
  'not-a-system-app': { meaning: 'The manifest says that the app is part of the platform.', fix: 'Remove `system`.' },
} as const satisfies Record<string, FaultDocs>;

export type FaultCode = keyof typeof FAULTS;

/** The page about a fault at any Skep: the section of docs/apps/errors.md. */
export const docsUrlOf = (code: FaultCode): string => `/docs/apps/errors#${code}`;
