import { coach, type Race, type UserEvent, type WriteRace } from '@skep/contracts/coach';
import { type Ctx } from '@skep/platform';
import { asService, asUser, type LanguageModel, languageModel, type ServiceHarness, startModels, startService } from '@skep/testkit';
import { start } from '../src/main.js';

export const ada = asUser('ada');
export const bob = asUser('bob');
export const eve = asUser('eve', { tenant: 'imp_t_other' });

/** The service beside `models`, whose provider is a scripted model. */
export interface Coach extends ServiceHarness {
  model: LanguageModel;
  /** Adds a race to a catalogue. */
  race(name: string, more?: Partial<WriteRace>): Promise<Race>;
  /** Plans a race. */
  plan(who: Ctx, race: Race): Promise<UserEvent>;
}

/** @param runs `false`: the test starts the service as a process */
export async function openCoach({ runs = true, env = {} }: { runs?: boolean; env?: Record<string, string> } = {}): Promise<Coach> {
  const [harness, model] = await Promise.all([startService('coach', runs ? start : undefined, { env }), languageModel()]);
  await startModels(harness, model);
  const self: Coach = {
    ...harness,
    model,
    race: (name, more = {}) => harness.call(coach.writeRace, asService('importer'), newRace(name, more)),
    plan: (who, { id }) => harness.call(coach.addUserEvent, who, { event_id: id }),
    close: async () => {
      await harness.close();
      await model.close();
    },
  };
  return self;
}

/** A race of the tenant `default`, in the year 2031. */
export const newRace = (name: string, more: Partial<WriteRace> = {}): WriteRace => ({
  ...{ tenant_id: 'default', name, sport: 'trail_run', starts_on: '2031-04-12', language: 'en' },
  ...{ description: '', distances: [{ id: 'long', name: 'Long', distance_m: 42_195 }] },
  ...more,
});
