/** A JSON value as Postgres can store it: without NUL characters and lone surrogates. */
export const storable = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_key, item: unknown) =>
    typeof item === 'string' ? item.replaceAll('\0', '').toWellFormed() : item,
  ) as T;
