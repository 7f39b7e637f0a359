import { Shape, Text } from './fields.js';

/** A small file that is made for its request. As an output, the `document` exchange sends it. */
@Shape('A file that is made for the request.')
export class SentFile {
  @Text({ description: 'Its name.', example: 'INV-2026-000042.pdf' }) name!: string;
  @Text({ description: 'Its media type.', example: 'application/pdf' }) media_type!: string;
  @Text({ max: 3_000_000, description: 'Its content as base64.' }) content!: string;
}
