import { type Fault, InvalidInput } from '@skep/contracts';
import type { AutomationAction, TriggerFilter } from '@skep/contracts/automation';
import { Slots, type Timing } from '@skep/platform';

/** The type of the event that a rule gets at set times. */
export const SCHEDULED = 'system.scheduled';

/** When a rule is due; undefined for one that waits for events. */
export function timingOf({ schedule, timezone, every_seconds, at }: TriggerFilter): Timing | undefined {
  if (schedule) return { cron: schedule, time_zone: timezone };
  if (every_seconds) return { every_ms: every_seconds * 1_000 };
  return at && { at };
}

/** The type of the events that a rule waits for, with one spelling for `.` and `:`; null for a rule that runs at set times. */
export const eventTypeOf = (filter: TriggerFilter): string | null => (timingOf(filter) ? null : toEventType(filter.event_type));

export const toEventType = (type: string): string => type.replaceAll(':', '.');

/** What is wrong with a trigger and actions, beyond their fields. @throws Problem `invalid_input` */
export function assertValid(filter: TriggerFilter | undefined, actions: readonly AutomationAction[] | undefined): void {
  const faults = [...(filter ? triggerFaults(filter) : []), ...(actions ?? []).flatMap(actionFaults)];
  if (faults.length) throw InvalidInput(faults);
}

function triggerFaults(filter: TriggerFilter): Fault[] {
  const { schedule, every_seconds, at, event_type } = filter;
  const fault = (name: keyof TriggerFilter, msg: string) => [{ loc: ['trigger_filter', name], msg, type: 'value_error' }];
  if ([schedule, every_seconds, at].filter(Boolean).length > 1) return fault('schedule', 'Send one of schedule, every_seconds and at');
  const timing = timingOf(filter);
  if (!timing) return /^[^\s]+$/.test(event_type) && toEventType(event_type) !== SCHEDULED ? [] : fault('event_type', EVENT_TYPE);
  if (event_type && toEventType(event_type) !== SCHEDULED) return fault('event_type', `With set times, leave it out or send ${SCHEDULED}`);
  try {
    if (new Slots(timing).after(new Date())) return [];
  } catch (error) {
    return fault('schedule', (error as Error).message);
  }
  return fault(at ? 'at' : 'schedule', 'This time does not come');
}

const EVENT_TYPE = 'Send the type of an event, such as notes.created, or one of schedule, every_seconds and at';

function actionFaults({ app_id, tool, args, message }: AutomationAction, index: number): Fault[] {
  const isCall = app_id !== undefined && tool !== undefined;
  const isMessage = message !== undefined && app_id === undefined && tool === undefined && args === undefined;
  if (isMessage || (isCall && message === undefined)) return [];
  return [{ loc: ['actions', index], msg: 'Send app_id and tool, with args if it needs some, or message', type: 'value_error' }];
}
