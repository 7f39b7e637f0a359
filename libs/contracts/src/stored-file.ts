import { fieldsOf, Int, Shape, Text, type Type } from './fields.js';
import { once } from './once.js';

/** The id of a stored object: the context that owns it, and 32 random hexadecimal digits. */
export const OBJECT_ID = /^[a-z]+\/[0-9a-f]{32}$/;

/** A file whose content is a stored object. In an input, the `upload` exchange fills it; as an output, the `download` exchange sends it. */
@Shape('A file.')
export class StoredFile {
  @Text({
    pattern: OBJECT_ID,
    description: 'Id of the stored content.',
    example: 'kernel/5f0c7a52d1b94e0c8f3a6b7c8d9e0f12',
  })
  object_id!: string;
  @Text({ min: 1, max: 255, description: 'Its name, without folders.', example: 'route.gpx' }) name!: string;
  @Int({ min: 0, description: 'Its size in bytes.', example: 48_213 }) size!: number;
  @Text({
    pattern: /^[0-9a-f]{64}$/,
    description: 'SHA-256 of its content, in hexadecimal.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  sha256!: string;
  @Text({ min: 1, max: 255, description: 'Its media type, found in its content.', example: 'application/gpx+xml' }) media_type!: string;
}

/** The fields of an input that are uploaded files. */
export const uploadsOf = once((input: Type): string[] =>
  fieldsOf(input).flatMap(({ key, of, list }) => (of?.() === StoredFile && !list ? [key] : [])),
);
