import type { Output, Raw, Rows } from './define.js';
import { type Field, fieldsOf, type JsonSchema, type Type } from './fields.js';

/** Says where a nested class's schema stands: `{ $ref }` for a document, the schema itself for a compiler. */
export type Place = (type: Type) => JsonSchema;

export const isRaw = <O>(output: Output<O>): output is Raw<O> => typeof output === 'object' && output.kind === 'raw';
export const isRows = <O>(output: Output<O>): output is Rows<O> => typeof output === 'object' && output.kind !== 'raw';

/** A class as JSON Schema 2020-12. A field with an initial value shows it as its default, and so need not be given. */
export function schemaOf(type: Type, place: Place = inline): JsonSchema {
  const initial = new type() as Record<string, unknown>;
  const all = fieldsOf(type);
  const properties = Object.fromEntries(all.map((field) => [field.key, property(field, initial[field.key], place)]));
  const required = all.filter((field) => !field.optional && initial[field.key] === undefined).map(({ key }) => key);
  return { type: 'object', title: type.name, properties, ...(required.length && { required }) };
}

/** What an operation answers, as JSON Schema; a text is a string. */
export function schemaOfOutput(output: Output<unknown>, place: Place = inline): JsonSchema {
  if (isRaw(output)) return { type: 'string' };
  return isRows(output) ? { type: 'array', items: place(output.of) } : place(output);
}

const inline: Place = (type) => schemaOf(type);

function property({ schema, of, list, optional, nullable }: Field, initial: unknown, place: Place): JsonSchema {
  const bare = of ? (list ? { ...schema, items: place(of()) } : { ...schema, ...place(of()) }) : schema;
  const told = initial === undefined ? bare : { ...bare, default: initial };
  if (!nullable && !optional) return told;
  if (typeof told['type'] === 'string') {
    const words = told['enum'] as unknown[] | undefined;
    return { ...told, type: [told['type'], 'null'], ...(words && { enum: [...words, null] }) };
  }
  return Object.keys(bare).length ? { anyOf: [told, { type: 'null' }] } : told;
}
