import type { AutomationAction, TriggerFilter } from '@skep/contracts/automation';

/** A rule in one sentence, made of what it does and not of what a language model says about it. */
export function describeRule(filter: TriggerFilter, actions: readonly AutomationAction[]): string {
  return `${describeTrigger(filter)}: ${actions.map(describeAction).join(', then ')}.`;
}

function describeTrigger({ event_type, schedule, timezone, every_seconds, at }: TriggerFilter): string {
  if (schedule) return `At the times '${schedule}' (${timezone})`;
  if (every_seconds) return `Every ${every_seconds} seconds`;
  return at ? `Once at ${new Date(at).toISOString()}` : `At each event '${event_type}'`;
}

const describeAction = ({ app_id, tool, message }: AutomationAction): string =>
  message === undefined ? `call '${tool}' of '${app_id}'` : `send the message “${message}”`;
