import { models } from '@skep/contracts/models';
import { Bus, type Ctx, type Log, LOG } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Candidate, FoundTool } from './catalog.repository.js';
import { nearness, toVector } from './vectors.js';

/** Shares of words and meaning in a score. */
const WORDS = 0.5;
const MEANING = 0.5;
/** From this nearness on, meaning alone finds a tool. */
const NEAR = 0.2;

/** Ranks tools by the words and the meaning of a search. */
@Injectable()
export class SearchCatalog {
  constructor(
    private readonly bus: Bus,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The best first. Without an answer of the models, words alone count. */
  async rank(ctx: Ctx, search: string, candidates: Candidate[]): Promise<FoundTool[]> {
    if (!candidates.length) return [];
    const meaning = await this.embed(ctx, search);
    const best = Math.max(...candidates.map(({ rank }) => rank)) || 1;
    return candidates
      .map(({ rank, ...tool }) => {
        const isComparable = meaning && tool.embedding && tool.embedding_model === meaning.model;
        const near = isComparable ? Math.max(0, nearness(meaning.vector, toVector(tool.embedding!))) : 0;
        return { ...tool, isFound: rank > 0 || near >= NEAR, score: WORDS * (rank / best) + MEANING * near };
      })
      .filter(({ isFound }) => isFound)
      .sort((a, b) => b.score - a.score || (a.app_id < b.app_id ? -1 : 1));
  }

  private async embed(ctx: Ctx, search: string) {
    try {
      const { vectors, model } = await this.bus.call(models.embed, { ...ctx, idempotencyKey: undefined }, { texts: [search] });
      return { vector: Float32Array.from(vectors[0]!), model };
    } catch (error) {
      this.log.warn({ error }, 'the search was ranked by words only');
      return undefined;
    }
  }
}
