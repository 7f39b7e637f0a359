import type { NamedSchema } from '../fields.js';
import { IR_DOCUMENT } from './ir-document.js';
import { MANIFEST_DOCUMENT } from './manifest-document.js';

// What fields with an IR or a manifest contain, for the OpenAPI document.
export const IR_CONTENT: NamedSchema = { name: 'Ir', schema: IR_DOCUMENT };
export const MANIFEST_CONTENT: NamedSchema = { name: 'AppManifest', schema: MANIFEST_DOCUMENT };
