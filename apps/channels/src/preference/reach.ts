import { type Fault, InvalidInput } from '@skep/contracts';
import type { Channel, Reach, SetReach, UpdatePreferences } from '@skep/contracts/channels';
import type { KnownPreferences } from './preference.repository.js';

const SHOWN = ['push', 'whatsapp', 'email'] as const satisfies readonly Channel[];
const TOPICS_MAX = 100;

/** Preferences as the coach shows them: a channel is on if some notifications come there. */
export function toReach({ channels, quiet_from, quiet_until, timezone, topics }: KnownPreferences): Reach {
  const isOn = (channel: Channel) => channels[channel].min_priority !== 'never';
  return {
    channels: { push: isOn('push'), whatsapp: isOn('whatsapp'), email: isOn('email') },
    quiet_hours: quiet_from !== null && quiet_until !== null ? { start: quiet_from, end: quiet_until } : null,
    ...{ timezone, topics },
  };
}

/** What a change is of preferences. A channel that is on keeps its lowest priority. @throws Problem `invalid_input` */
export function toUpdate(
  { channels = {}, quiet_hours, timezone, topics }: SetReach,
  before: KnownPreferences,
): UpdatePreferences & { topics?: Record<string, boolean> } {
  const changed = SHOWN.flatMap((channel) => {
    const [wants, has] = [channels[channel], before.channels[channel].min_priority !== 'never'];
    return wants === undefined || wants === has ? [] : [[channel, { min_priority: wants ? 'low' : 'never' }] as const];
  });
  return {
    channels: Object.fromEntries(changed),
    ...(quiet_hours !== undefined && { quiet_from: quiet_hours?.start ?? '', quiet_until: quiet_hours?.end ?? '' }),
    ...(timezone !== undefined && { timezone }),
    ...(topics !== undefined && { topics: assertTopics(topics) }),
  };
}

function assertTopics(topics: Record<string, unknown>): Record<string, boolean> {
  const faults = Object.entries(topics)
    .filter(([, wants]) => typeof wants !== 'boolean')
    .map(([name]): Fault => ({ loc: ['topics', name], msg: 'Send true or false', type: 'bool_type' }));
  if (Object.keys(topics).length > TOPICS_MAX) faults.push({ loc: ['topics'], msg: `Send at most ${TOPICS_MAX}`, type: 'too_long' });
  if (faults.length) throw InvalidInput(faults);
  return topics as Record<string, boolean>;
}
