import { describeSchema } from './describe-schema.js';
import { MANIFEST_DOCS } from './manifest.docs.js';
import { MANIFEST_SCHEMA } from './manifest.schema.js';

/** The manifest as `MANIFEST_SCHEMA` checks it, with what `MANIFEST_DOCS` says of each key. */
export const MANIFEST_PART = {
  ...describeSchema(MANIFEST_SCHEMA, MANIFEST_DOCS),
  title: 'Skep manifest',
  description: 'The manifest of an app: at most 1 MiB, 64 levels and 50,000 values.',
};

/**
 * The published JSON Schema (2020-12) of a manifest, for editors. It is here in the contracts for the same reason as `IR_DOCUMENT`: the developer
 * portal checks with its source, the gateway serves it, and the OpenAPI document contains it.
 */
export const MANIFEST_DOCUMENT = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...MANIFEST_PART };
