import { models } from '@skep/contracts/models';
import { Bus, type Ctx, LOG, type Log, withKeySuffix } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';

const TEXTS_AT_ONCE = 64;
const TEXT_MAX = 8_000;

/** The meaning of a text as numbers, and its sign bits. */
export interface Embedded {
  /** The model and its dimension: signatures of one model have one length. */
  model: string;
  /** `0` and `1`. */
  signature: string;
  vector: Float32Array;
}

/** Reads the meanings of texts with the installation’s model of embeddings. */
@Injectable()
export class Embedder {
  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** A meaning for each text; none if the installation only hashes words, or its model does not answer: then words are found. */
  async embed(ctx: Ctx, texts: readonly string[]): Promise<(Embedded | undefined)[]> {
    const found: (Embedded | undefined)[] = [];
    try {
      for (let at = 0; at < texts.length; at += TEXTS_AT_ONCE) {
        const part = texts.slice(at, at + TEXTS_AT_ONCE).map((text) => text.slice(0, TEXT_MAX));
        const { vectors, model, dimension, semantic } = await this.bus.call(models.embed, withKeySuffix(ctx, `embed ${at}`), {
          texts: part,
        });
        if (!semantic) return texts.map(() => undefined);
        found.push(
          ...vectors.map((vector) => ({
            model: nameOf(model, dimension),
            signature: signatureOf(vector),
            vector: Float32Array.from(vector),
          })),
        );
      }
    } catch (error) {
      this.log.warn({ error }, 'texts could not be embedded; they are found by their words only');
    }
    return texts.map((_, n) => found[n]);
  }

  /** `model`: as in `Embedded`; undefined without meanings. */
  async describe(ctx: Ctx): Promise<{ provider: string; dimension: number; model: string | undefined }> {
    const { model, dimension, semantic } = await this.bus.call(models.embed, ctx, { texts: ['memory'] });
    return { provider: semantic ? model : 'hash', dimension, model: semantic ? nameOf(model, dimension) : undefined };
  }
}

const nameOf = (model: string, dimension: number): string => `${model} ${dimension}`;

const signatureOf = (vector: readonly number[]): string => vector.map((each) => (each > 0 ? '1' : '0')).join('');

/** How similar two vectors of length 1 are, from 0 to 1. */
export function similarity(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n]! * b[n]!;
  return Math.min(1, Math.max(0, sum));
}

export const toBytes = (vector: Float32Array): Buffer => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

export const fromBytes = (bytes: Buffer): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);
