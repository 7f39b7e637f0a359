import { operation } from '../define.js';
import { AnyJson, Bool, Int, List, Shape, Text } from '../fields.js';
import { NotConfigured } from '../problem.js';
import { ModelKeyRejected, ModelRateLimited, ModelRefused, ModelTimeout, ModelUnavailable } from './completion.js';

/** Texts of one request, so that the answer fits into a message of the bus. */
export const EMBEDDED_TEXTS_MAX = 64;

@Shape('Texts to embed.')
export class EmbedTexts {
  @List('text', { min: 1, max: EMBEDDED_TEXTS_MAX, length: 8_000, description: 'The texts.', example: ['how to reset a password'] })
  texts!: string[];
}

@Shape('Vectors of texts.')
export class Embeddings {
  @AnyJson({ description: 'A list of numbers for each text, in order, of length 1.', example: [[0.6, 0.8]] }) vectors!: number[][];
  @Text({ description: 'Name of the model. Vectors of different models cannot be compared.', example: 'text-embedding-3-small' })
  model!: string;
  @Int({ description: 'Numbers in a vector.', example: 1536 }) dimension!: number;
  @Bool({ description: 'Whether vectors are near if the meanings are; else only if words are the same.', example: true })
  semantic!: boolean;
}

export const embeddingMembers = {
  embed: operation('Embed texts (services only)', {
    description: 'Vectors whose scalar product says how similar two texts are.',
    input: EmbedTexts,
    output: Embeddings,
    problems: [NotConfigured, ModelRateLimited, ModelRefused, ModelKeyRejected, ModelUnavailable, ModelTimeout],
    spansCalls: true,
  }),
};
