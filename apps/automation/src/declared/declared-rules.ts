import { List, Nested, Problem, read, Shape, Text } from '@skep/contracts';
import { AutomationAction, TriggerFilter } from '@skep/contracts/automation';
import type { CallableApp, Release } from '@skep/contracts/registry';
import { describeRule } from '../rule/describe-rule.js';
import { assertValid, SCHEDULED } from '../rule/rule-input.js';
import type { NewRule } from '../rule/rule.repository.js';

const RULES_MAX = 20;
const LIMITS = { cooldown_seconds: 0, max_per_hour: 60, max_iterations: 0, notify_mode: 'off' } as const;

@Shape('An automation as an app declares it.')
class DeclaredRule {
  @Text({ max: 4000 }) description: string = '';
  @Nested(() => TriggerFilter) trigger_filter!: TriggerFilter;
  @List(() => AutomationAction, { min: 1, max: 20 }) actions!: AutomationAction[];
}

/**
 * The rules that a release declares: `schedules` and `events.subscribes` of its manifest, `automations` of its IR. They call functions of the app
 * itself; what else is declared is left out. A rule that costs credits, or gets events of others, is paused until its user resumes it.
 */
export function declaredRulesOf({ app_id, manifest, ir, functions }: Release, { tool_prices }: CallableApp): NewRule[] {
  const call = (tool: unknown, args: object) => [{ app_id, tool, args }];
  const declared = [
    ...listOf(manifest['schedules']).map(({ name, cron, description }) => ({
      description: description ?? name,
      trigger_filter: { event_type: SCHEDULED, schedule: cron },
      actions: call(name, {}),
    })),
    ...listOf((manifest['events'] as Json | null | undefined)?.['subscribes']).map(({ type, handler }) => ({
      description: handler,
      trigger_filter: { event_type: type },
      actions: call(handler, { event: '{{event}}' }),
    })),
    ...listOf((ir?.['app'] as Json | undefined)?.['automations']).map((rule) => ({
      ...rule,
      actions: listOf(rule['actions']).map((action) => ({ app_id, ...action })),
    })),
  ];
  const names = new Set(functions.map(({ name }) => name));
  const isOwn = ({ app_id: called, tool }: AutomationAction) => called === app_id && tool !== undefined && names.has(tool);
  const rules = declared.flatMap((rule) => toRule(rule) ?? []).filter(({ actions }) => actions.every(isOwn));
  return rules.slice(0, RULES_MAX).map(({ description, trigger_filter, actions }) => {
    const cost = actions.reduce((sum, { tool = '' }) => sum + (tool_prices?.[tool] ?? 0), 0);
    const { event_type } = trigger_filter;
    const isForeign = event_type !== SCHEDULED && event_type !== '' && !event_type.startsWith(`${app_id}.`);
    const reason = cost
      ? ` It costs ${cost} credits each time: resume it if you agree.`
      : ` '${app_id}' gets these events: resume it if you agree.`;
    const needsAgreement = cost > 0 || isForeign;
    return {
      ...{ ...LIMITS, prompt: description || app_id, trigger_filter, actions, status: needsAgreement ? 'paused' : 'active' },
      interpretation: describeRule(trigger_filter, actions) + (needsAgreement ? reason : ''),
    };
  });
}

type Json = Record<string, unknown>;
const listOf = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : [];

function toRule(json: object): DeclaredRule | undefined {
  try {
    const rule = read(DeclaredRule, json);
    assertValid(rule.trigger_filter, rule.actions);
    return rule;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
