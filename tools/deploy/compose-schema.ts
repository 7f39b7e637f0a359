import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';

// The schema of the Compose Specification (compose-spec/compose-spec, Apache-2.0), from the package of the linter dclint.
const linter = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
const schema = JSON.parse(readFileSync(join(linter, 'schemas/compose.schema.json'), 'utf8')) as AnySchemaObject;
delete schema.$schema; // draft 7, with a name that Ajv does not know
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

/** The violations of the Compose Specification in a parsed file. */
export function schemaFaults(compose: unknown): string[] {
  if (validate(compose)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const name: unknown = params.additionalProperty ?? params.allowedValues;
    return `schema: ${instancePath || '/'} ${message}${name === undefined ? '' : ` (${String(name)})`}`;
  });
}
