import type { RaceTranslations } from '@skep/contracts/coach';
import { as, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { lookUpLanguage } from './languages.js';
import type { RaceEntity } from './race.entity.js';
import type { RaceTexts } from './race-row.js';

const CURRENT = 'join race r on r.id = t.race_id and r.source_hash = t.source_hash';
const READY = statement(
  `select t.race_id, t.language, t.name, t.description from race_translation t ${CURRENT} where t.race_id = any(:ids) and t.state = 'ready'`,
  { race_id: 'text', language: 'text', name: 'text', description: 'text' },
);
const LIST = statement(`select t.language, t.state from race_translation t ${CURRENT} where t.race_id = :id order by t.language`, {
  language: 'text',
  state: as<'queued' | 'ready' | 'failed'>('text'),
});
/** Nothing if it is ready, or being made. */
const QUEUE = statement(
  `insert into race_translation as t (race_id, language, tenant_id, source_hash, state) values (:id, :language, :tenant, :source_hash, 'queued')
   on conflict (race_id, language) do update set source_hash = excluded.source_hash, state = 'queued', updated_at = now()
    where t.source_hash <> excluded.source_hash or t.state = 'failed' or (t.state = 'queued' and t.updated_at < now() - interval '25 hours')
   returning t.state`,
  { state: 'text' },
);
const STATE = statement(`select t.state from race_translation t where t.race_id = :id and t.language = :language`, {
  state: as<'queued' | 'ready' | 'failed'>('text'),
});
const END = statement(
  `update race_translation set state = :state, name = :name, description = :description, updated_at = now()
    where race_id = :id and language = :language and source_hash = :source_hash and state = 'queued'`,
);

/** A translation that is to be made of certain texts. */
export interface TranslationKey {
  id: string;
  language: string;
  source_hash: string;
}

/** The translations of races. Those of older texts do not count. */
@Injectable()
export class RaceTranslationRepository {
  constructor(private readonly db: Database) {}

  async list({ id, language: source }: RaceEntity): Promise<RaceTranslations> {
    const all = await this.db.rows(LIST, { id });
    const inState = (state: string) => all.filter((each) => each.state === state).map(({ language }) => language);
    return { available: [source, ...inState('ready')], source, queued: inState('queued'), failed: inState('failed') };
  }

  /** The texts of each race in the first of the wanted languages that it has, by its id; its own where it has none of them. */
  async textsOf(races: readonly RaceEntity[], wanted: readonly string[]): Promise<Map<string, RaceTexts>> {
    if (!wanted.length || !races.length) return new Map(races.map((race) => [race.id, race]));
    const ready = await this.db.rows(READY, { ids: races.map(({ id }) => id) });
    return new Map(
      races.map((race) => {
        const all: RaceTexts[] = [race, ...ready.filter(({ race_id }) => race_id === race.id)];
        const found = lookUpLanguage(
          wanted,
          all.map(({ language }) => language),
        );
        return [race.id, all.find(({ language }) => language === found) ?? race];
      }),
    );
  }

  /** Queues a translation in the current transaction. @returns whether it is to be made now */
  async queue(tenant: string, key: TranslationKey): Promise<{ begins: boolean; isReady: boolean }> {
    if (await this.db.row(QUEUE, { ...key, tenant })) return { begins: true, isReady: false };
    return { begins: false, isReady: (await this.db.row(STATE, key))?.state === 'ready' };
  }

  async finish(key: TranslationKey, texts: Omit<RaceTexts, 'language'>): Promise<void> {
    await this.db.rows(END, { ...key, ...texts, state: 'ready' });
  }

  async fail(key: TranslationKey): Promise<void> {
    await this.db.rows(END, { ...key, state: 'failed', name: null, description: null });
  }
}
