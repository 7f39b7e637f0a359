import type { JsonSchema } from '../fields.js';

/** What to add to the keys of a schema: a description, and limits that their check reports in words of its own. By path, such as `app.functions.name`. */
export type SchemaDocs = Readonly<Record<string, JsonSchema & { description: string }>>;

/**
 * A schema as editors and readers need it: each key with what `docs` says of it. The items of a list have the path of the list; the values of a
 * map `*`; a branch of a union that a `kind` chooses has the path of the union, a colon and that kind. A description that the schema has already
 * is the rule for the value, and follows that of `docs`.
 * @param undocumented called with each path that `docs` lacks
 */
export function describeSchema(schema: JsonSchema, docs: SchemaDocs, undocumented: (path: string) => void = () => {}): JsonSchema {
  return visit(schema, '');

  /** @param inner path of what is within the value */
  function documented(value: JsonSchema, path: string, inner = path): JsonSchema {
    const { description: rule, ...rest } = visit(value, inner);
    const own = docs[path];
    if (!own) undocumented(path);
    const texts = [own?.description, rule && `${rule as string}.`].filter(Boolean);
    return { ...rest, ...own, ...(texts.length && { description: texts.join(' ') }) };
  }

  function visit({ discriminator: _, ...schema }: JsonSchema, path: string): JsonSchema {
    const below = (key: string) => (path ? `${path}.${key}` : key);
    const whole: JsonSchema = isOpen(schema) ? { additionalProperties: true, ...schema } : schema;
    return mapOf(whole, (value, keyword) => {
      if (keyword === 'properties' || keyword === '$defs')
        return mapOf(value as Record<string, JsonSchema>, (part, key) => (isFixed(part) ? part : documented(part, below(key))));
      if (keyword === 'additionalProperties' && typeof value === 'object') return documented(value as JsonSchema, below('*'));
      if (['items', 'if', 'then', 'else'].includes(keyword)) return visit(value as JsonSchema, path);
      if (keyword === 'oneOf') return (value as JsonSchema[]).map((branch) => visitBranch(branch, path));
      return value;
    });
  }

  function visitBranch(branch: JsonSchema, path: string): JsonSchema {
    const { kind } = (branch['properties'] ?? {}) as { kind?: { const: string } };
    return kind ? documented(branch, `${path}:${kind.const}`, path) : visit(branch, path);
  }
}

/** An object with any keys. Generators of clients know that only if the schema says it. */
const isOpen = ({ type, properties }: JsonSchema): boolean => [type].flat().includes('object') && properties === undefined;

/** A key whose only value needs no words: it chooses a branch. */
const isFixed = (schema: JsonSchema): boolean => Object.hasOwn(schema, 'const');

const mapOf = <T, R>(object: Readonly<Record<string, T>>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
