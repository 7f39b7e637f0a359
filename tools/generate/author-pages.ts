import { isRaw, isRows, type JsonSchema, schemaOf, schemaOfOutput } from '@skep/contracts';
import { FAULTS } from '@skep/contracts/authoring';
import { type BuiltinFunction, builtins, callPermission, EFFECTS } from '@skep/contracts/builtins';
import { table } from './parts.ts';

const GENERATED = '<!-- Written by `npm run generate`. -->';

/** The pages of docs/apps that follow from the contracts, by their files. */
export const authorPages = (): Record<string, string> => ({
  'docs/apps/errors.md': errorsPage(),
  'docs/apps/built-in-extensions.md': extensionsPage(),
});

function errorsPage(): string {
  const sections = Object.entries(FAULTS).map(([code, { meaning, fix }]) => `## ${code}\n\n${meaning}\n\n${fix}`);
  const intro = [
    'A deploy checks the whole app, and answers all faults and warnings at once. A deploy with a fault releases nothing; one with warnings only releases the app.',
    'Each fault has its place in the IR as `path` and as the JSON Pointer `pointer`, what is wrong as `message`, its kind as `code`, and this page with that kind as `docs_url`. They are `faults` and `warnings` of the problem [`invalid_ir`](../problems/invalid_ir.md); a call of `deploy_ir` has both in `details`. Of an IR in the short form, places are those in the envelope that it becomes. Faults of a manifest are those of the problem [`invalid_input`](../problems/invalid_input.md), with a `docs_url` each.',
    'An editor shows most of them while you write: the schemas at `/v1/ir-schema.json` and `/v1/manifest-schema.json` of your Skep describe every key. Name one as `"$schema"` at the beginning of the file.',
  ];
  return `${['# Faults of an app', GENERATED, ...intro, ...sections].join('\n\n')}\n`;
}

function extensionsPage(): string {
  const intro = [
    'Every user has these extensions, and no one installs them. Their functions are called like those of any app: `POST /v1/extensions/<extension>/call`, as tools over [MCP](../mcp.md), or by a `call` step of an app.',
    'A step needs the permission that is named here, from a capability such as `billing:read`. It never calls a function with an effect: only its user can ([permissions](../permissions.md)). A user, or what acts for them, also needs the scope.',
  ];
  const extensions = Object.entries(builtins).flatMap(([id, { description, functions }]) => [
    `## ${id}`,
    description,
    ...Object.entries(functions).flatMap(([name, fn]) => functionSection(id, name, fn)),
  ]);
  return `${['# Built-in extensions', GENERATED, ...intro, ...extensions].join('\n\n')}\n`;
}

function functionSection(id: string, name: string, { operation, action_type, effect }: BuiltinFunction): string[] {
  const { summary, description, input, output, problems, scope } = operation;
  const facts = [
    ['action type', `\`${action_type}\``],
    ['effect', effect ? EFFECTS[effect] : 'none'],
    ['scope', `\`${scope}\``],
    ['permission', `\`${callPermission(id, action_type)}\``],
    ...(problems.length ? [['errors', problems.map(({ code }) => `[\`${code}\`](../problems/${code}.md)`).join(', ')]] : []),
  ];
  const list = isRows(output) ? 'A list of objects:' : isRaw(output) ? 'A text.' : '';
  return [
    `### ${id}.${name}`,
    [`${summary}.`, description].filter(Boolean).join(' '),
    facts.map(([key, value]) => `- ${key}: ${value}`).join('\n'),
    fields('param', schemaOf(input)) ?? 'It has no params.',
    [list, fields('result', schemaOfOutput(output))].filter(Boolean).join('\n\n'),
  ];
}

/** A table of the fields of a class, or of the rows of a list; undefined if it has none. Only params have defaults. */
function fields(head: 'param' | 'result', schema: JsonSchema): string | undefined {
  const rows = rowsOf((schema['items'] as JsonSchema | undefined) ?? schema, '');
  const shown = head === 'param' ? rows : rows.map(([name = '', type = '', , meaning = '']) => [name, type, meaning]);
  return rows.length ? table([head, 'type', ...(head === 'param' ? ['default'] : []), 'meaning'], shown) : undefined;
}

function rowsOf(schema: JsonSchema, parent: string): string[][] {
  const required = (schema['required'] ?? []) as string[];
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(([key, given]) => {
    const field = ((given['anyOf'] as JsonSchema[] | undefined)?.[0] ?? given) as JsonSchema;
    const items = field['items'] as JsonSchema | undefined;
    const initial = given['default'] === undefined ? (required.includes(key) ? 'required' : '') : `\`${JSON.stringify(given['default'])}\``;
    const name = `${parent}${key}`;
    const own = [`\`${name}\``, typeOf(given), initial, String(given['description'] ?? '')];
    return [own, ...rowsOf(items ?? field, `${name}${items ? '[]' : ''}.`)];
  });
}

function typeOf({ type, enum: words, anyOf, items }: JsonSchema): string {
  if (Array.isArray(words)) return words.map((word) => `\`${String(word)}\``).join(', ');
  if (Array.isArray(anyOf)) return (anyOf as JsonSchema[]).map(typeOf).join(' or ');
  const types = [type ?? 'any'].flat() as string[];
  return types.map((one) => (one === 'array' ? `list of ${typeOf((items ?? {}) as JsonSchema)}` : one)).join(' or ');
}
