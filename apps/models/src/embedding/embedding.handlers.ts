import { type Embeddings, type EmbedTexts, models, ModelTimeout } from '@skep/contracts/models';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { problemOf } from '../completion/complete.js';
import { ModelsConfig } from '../models.config.js';
import { ModelError } from '../provider/model.js';
import { OutboundClient } from '../provider/outbound-client.js';
import { endpointOf } from '../provider/providers.js';
import { timeLeft } from '../provider/time-left.js';
import { embedTexts } from '../provider/wire.js';
import { HASH_DIMENSION, hashVector, unitVector } from './hash-vector.js';
import { LOCAL_MODEL, LocalEmbedder } from './local-embedder.js';

const EMBED_MS = 30_000;

@Handlers()
export class EmbeddingHandlers {
  constructor(
    private readonly config: ModelsConfig,
    private readonly outbound: OutboundClient,
    private readonly local: LocalEmbedder,
  ) {}

  @Handle(models.embed)
  embed(ctx: Ctx, { texts }: EmbedTexts): Embeddings | Promise<Embeddings> {
    const { SKEP_EMBEDDING_PROVIDER: provider } = this.config;
    if (provider === 'hash') return { vectors: texts.map(hashVector), model: 'hash', dimension: HASH_DIMENSION, semantic: false };
    const left = timeLeft(ctx, EMBED_MS);
    return provider === 'local' ? this.embedHere(texts, left) : this.ask(texts, left);
  }

  private async embedHere(texts: string[], timeoutMs: number): Promise<Embeddings> {
    const signal = AbortSignal.timeout(timeoutMs);
    const vectors = await this.local.embed(texts, signal).catch((error: unknown) => {
      throw signal.aborted ? ModelTimeout() : error;
    });
    return describe(LOCAL_MODEL, vectors.map(unitVector));
  }

  private async ask(texts: string[], timeoutMs: number): Promise<Embeddings> {
    const { SKEP_EMBEDDING_URL, SKEP_EMBEDDING_MODEL: model = '', SKEP_EMBEDDING_API_KEY } = this.config;
    const endpoint = endpointOf('openai', SKEP_EMBEDDING_URL, SKEP_EMBEDDING_API_KEY, false)!;
    try {
      const found = await embedTexts(endpoint, this.outbound.fetchFor(endpoint, timeoutMs), model, texts, AbortSignal.timeout(timeoutMs));
      const answer = describe(model, found.map(unitVector));
      const isWhole = found.length === texts.length && answer.dimension > 0 && found.every(({ length }) => length === answer.dimension);
      if (!isWhole) throw new ModelError('cut');
      return answer;
    } catch (error) {
      throw error instanceof ModelError ? problemOf(error, { endpoint, model }, { payer: 'operator' }) : error;
    }
  }
}

const describe = (model: string, vectors: number[][]): Embeddings => ({
  vectors,
  model,
  dimension: vectors[0]?.length ?? 0,
  semantic: true,
});
