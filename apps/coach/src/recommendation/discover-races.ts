import { agent } from '@skep/contracts/agent';
import type { DiscoveredRace, DiscoverRaces as Discover } from '@skep/contracts/coach';
import { Bus, type Ctx, withKeySuffix } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { RaceSearch } from '../race/race-search.js';

const CATALOGUE_MAX = 10;
const TEXT_MAX = 1_000;

/** Looks for races in the catalogue and in the web. */
@Injectable()
export class DiscoverRaces {
  constructor(
    private readonly bus: Bus,
    private readonly races: RaceSearch,
  ) {}

  /** @throws Problem `not_configured`; `search_failed` */
  async run(ctx: Ctx, { query: q, ...where }: Discover): Promise<{ items: DiscoveredRace[] }> {
    const { pages } = await this.bus.call(agent.searchWeb, withKeySuffix(ctx, 'search'), { query: toQuery(q, where) });
    const { rows } = await this.races.find(ctx.tenant, { ...where, q: q.slice(0, 200), radius_km: 300, limit: CATALOGUE_MAX });
    const known = rows.map(({ id: event_id, name, website, description }) => ({ event_id, name, website, description }));
    const found = pages
      .filter(({ url }) => /^https?:\/\//.test(url) && !known.some(({ website }) => website === url))
      .map(({ title, url, description }) => ({ event_id: null, name: title || url, website: url, description }));
    return { items: [...known, ...found].map((race) => ({ ...race, description: race.description.slice(0, TEXT_MAX) })) };
  }
}

/** The words for a search of the web: it knows no places in degrees, but days. */
const toQuery = (q: string, { from, to }: Omit<Discover, 'query' | 'near'>): string =>
  [q, from && `from ${from.slice(0, 10)}`, to && `until ${to.slice(0, 10)}`].filter(Boolean).join(' ').slice(0, 400);
