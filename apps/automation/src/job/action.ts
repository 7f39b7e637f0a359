import { type Fault, InvalidInput } from '@skep/contracts';
import type { QueueType } from '@skep/contracts/automation';

/** The names of actions, in the words of cron jobs and of event rules, and what the queue does for them. */
const TYPES: ReadonlyMap<string, QueueType> = new Map<string, QueueType>([
  ['agent', 'agent_run'],
  ['run_agent', 'agent_run'],
  ['agent_run', 'agent_run'],
  ['command', 'command'],
  ['execute_tool', 'command'],
  ['webhook', 'webhook'],
  ['call_webhook', 'webhook'],
  ['send_message', 'message'],
  ['log', 'log'],
]);
const MESSAGE_MAX = 90_000;

/** @throws Error for an action that `assertAction` refuses */
export function typeOf(action: string): QueueType {
  const type = TYPES.get(action);
  if (!type) throw new Error(`there is no action '${action}'`);
  return type;
}

/** @param place the field of the config @throws Problem `invalid_input` naming the field that is missing or wrong */
export function assertAction(action: string, config: Record<string, unknown>, place = 'action_config'): void {
  const type = TYPES.get(action);
  if (!type) throw InvalidInput([{ loc: ['action'], msg: `Send one of ${[...TYPES.keys()].join(', ')}`, type: 'value_error' }]);
  const faults = CHECKS[type](config).map(([name, msg]): Fault => ({ loc: [place, name], msg, type: 'value_error' }));
  if (faults.length) throw InvalidInput(faults);
}

type Check = (config: Record<string, unknown>) => [string, string][];

const text = (config: Record<string, unknown>, name: string, max: number): [string, string][] => {
  const value = config[name];
  return typeof value === 'string' && value.length > 0 && value.length <= max ? [] : [[name, `Send a text of at most ${max} characters`]];
};
const optionalText = (config: Record<string, unknown>, name: string, max: number) =>
  config[name] === undefined || config[name] === null ? [] : text(config, name, max);
const isMap = (value: unknown) => value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));

const isToolList = (value: unknown) =>
  value === undefined ||
  (Array.isArray(value) && value.length <= 128 && value.every((name) => typeof name === 'string' && name.length <= 64));

const CHECKS: Record<QueueType, Check> = {
  agent_run: (config) => [
    ...text(config, 'message', MESSAGE_MAX),
    ...optionalText(config, 'conversation_id', 200),
    ...(isToolList(config['approved_tools']) ? [] : [['approved_tools', 'Send at most 128 names of tools'] as [string, string]]),
  ],
  command: (config) => [
    ...text(config, 'app_id', 64),
    ...text(config, 'function', 128),
    ...(isMap(config['params']) ? [] : [['params', 'Send an object'] as [string, string]]),
  ],
  webhook: (config) => {
    const url = typeof config['url'] === 'string' && config['url'].length <= 2_000 ? URL.parse(config['url']) : null;
    return url && ['http:', 'https:'].includes(url.protocol) ? [] : [['url', 'Send an http or https address']];
  },
  message: (config) => text(config, 'message', 4_000),
  log: (config) => optionalText(config, 'message', 4_000),
};
