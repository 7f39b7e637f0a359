import type { Events, Output, Raw, Rows } from './define.js';
import { descriptionOf, type Field, fieldsOf, type JsonSchema, type NamedSchema, type Type } from './fields.js';
import { RunRef } from './run.js';

/** Returns the schema of a nested class: a `$ref` for a document, the schema itself for a compiler. `content`: that of a field, for a document. */
export type Place = ((type: Type) => JsonSchema) & { content?: (named: NamedSchema) => JsonSchema };

export const isRaw = <O>(output: Output<O>): output is Raw<O> => typeof output === 'object' && output.kind === 'raw';
export const isRows = <O>(output: Output<O>): output is Rows<O> =>
  typeof output === 'object' && (output.kind === 'list' || output.kind === 'page');
export const isEvents = (output: Output<unknown>): output is Events<unknown> => typeof output === 'object' && output.kind === 'events';
/** Whether a list with this input continues where an answer was full: at an offset or after a cursor. */
export const continues = (input: Type): boolean => fieldsOf(input).some(({ key }) => key === 'offset' || key === 'cursor');

/** A class as JSON Schema 2020-12. The initial value of a field is its default, which makes the field optional. */
export function schemaOf(type: Type, place: Place = inline): JsonSchema {
  const initial = new type() as Record<string, unknown>;
  const all = fieldsOf(type);
  const properties = Object.fromEntries(all.map((field) => [field.key, property(field, initial[field.key], place)]));
  const required = all.filter((field) => !field.optional && initial[field.key] === undefined).map(({ key }) => key);
  const description = descriptionOf(type);
  return { type: 'object', title: type.name, ...(description && { description }), properties, ...(required.length && { required }) };
}

/** The output of an operation as JSON Schema; raw text is a string, and events are the run that has them. */
export function schemaOfOutput(output: Output<unknown>, place: Place = inline): JsonSchema {
  if (isRaw(output)) return { type: 'string' };
  if (isEvents(output)) return place(RunRef);
  return isRows(output) ? { type: 'array', items: place(output.of) } : place(output);
}

const inline: Place = (type) => schemaOf(type);

function bareOf({ schema, content, of, list }: Field, place: Place): JsonSchema {
  if (of) return list ? { ...schema, items: place(of()) } : { ...schema, ...place(of()) };
  if (!content || !place.content) return schema;
  const { type: _, additionalProperties: __, ...docs } = schema;
  return { ...docs, ...place.content(content) };
}

function property(field: Field, initial: unknown, place: Place): JsonSchema {
  const { optional, nullable } = field;
  const bare = bareOf(field, place);
  const full = initial === undefined ? bare : { ...bare, default: initial };
  if (!nullable && !optional) return full;
  if (typeof full['type'] === 'string') {
    const words = full['enum'] as unknown[] | undefined;
    return { ...full, type: [full['type'], 'null'], ...(words && { enum: [...words, null] }) };
  }
  if (bare === field.schema) return full;
  const { description, ...rest } = full;
  return { ...(description !== undefined && { description }), anyOf: [rest, { type: 'null' }] };
}

/**
 * An example of a class as JSON. A field without an example of its own shows its default or, when it is required, a value that its schema
 * accepts; nullable ones are null, optional ones are left out.
 * @param keys the fields to show; all by default
 */
export function exampleOf(type: Type, keys?: readonly string[]): Record<string, unknown> {
  const initial = new type() as Record<string, unknown>;
  const shown = fieldsOf(type).filter(({ key }) => keys?.includes(key) ?? true);
  const examples = shown.map((field) => [field.key, exampleOfField(field, initial[field.key])] as const);
  return Object.fromEntries(examples.filter(([, example]) => example !== undefined));
}

/** An example of the output of an operation. */
export function exampleOfOutput(output: Output<unknown>): unknown {
  if (isRaw(output)) return EXAMPLES[output.mediaType];
  if (isEvents(output)) return exampleOf(RunRef);
  return isRows(output) ? [exampleOf(output.of)] : exampleOf(output);
}

function exampleOfField({ schema, of, list, optional, nullable }: Field, initial: unknown): unknown {
  const [example = initial] = (schema['examples'] as unknown[] | undefined) ?? [];
  if (example !== undefined) return example;
  if (optional) return undefined;
  if (nullable) return null;
  if (of) return list ? [exampleOf(of())] : exampleOf(of());
  const [word] = (schema['enum'] as unknown[] | undefined) ?? [];
  return word ?? EXAMPLES[String(schema['format'] ?? schema['type'])] ?? null;
}

/** Examples for what has none of its own, by media type, format or type. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  array: [],
  boolean: true,
  'date-time': '2026-06-21T09:30:00Z',
  email: 'ada@example.com',
  'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  integer: 1,
  number: 1,
  object: {},
  string: 'text',
};
