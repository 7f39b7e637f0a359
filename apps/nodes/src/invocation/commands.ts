import { InvalidInput } from '@skep/contracts';
import { type Invoker, NodeCommandFailed } from '@skep/contracts/nodes';
import type { NodeEntity } from '../node/node.entity.js';

/** Who has to ask before a command runs. `agents`: agents do, and their person does not. */
type Asks = 'always' | 'agents' | 'never';

interface Command {
  /** The capabilities that include it, beside its own name. */
  group: string;
  asks: Asks;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  'system.run': { group: 'shell', asks: 'always' },
  'system.which': { group: 'shell', asks: 'never' },
  file_read: { group: 'files', asks: 'agents' },
  file_write: { group: 'files', asks: 'agents' },
  'notify.send': { group: 'notify', asks: 'never' },
  'clipboard.get': { group: 'clipboard', asks: 'agents' },
  'clipboard.set': { group: 'clipboard', asks: 'agents' },
  'audio.play': { group: 'audio', asks: 'never' },
  'audio.record': { group: 'audio', asks: 'agents' },
  'camera.capture': { group: 'camera', asks: 'agents' },
  'camera.stream': { group: 'camera', asks: 'agents' },
  'screen.capture': { group: 'screen', asks: 'agents' },
  'screen.record': { group: 'screen', asks: 'agents' },
  'location.get': { group: 'location', asks: 'agents' },
  'sms.send': { group: 'sms', asks: 'agents' },
  'canvas.draw': { group: 'canvas', asks: 'never' },
};

const COMPUTER = ['shell', 'files', 'notify', 'clipboard', 'audio'];
/** The groups of commands that make sense on a platform; on one that is unknown, all. */
const PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  linux: COMPUTER,
  macos: [...COMPUTER, 'camera', 'screen', 'location', 'canvas'],
  windows: [...COMPUTER, 'camera', 'screen', 'location', 'canvas'],
  ios: ['notify', 'clipboard', 'audio', 'camera', 'screen', 'location', 'canvas'],
  android: ['notify', 'clipboard', 'audio', 'camera', 'screen', 'location', 'sms', 'canvas'],
};

/** A command with its arguments. */
export interface Invoked {
  command: string;
  args: Record<string, unknown>;
}

/** `shell` with `cmd` is `system.run` with `command`. @throws Problem `invalid_input` if there is nothing to run */
export function toInvoked({ command, args }: Invoked): Invoked {
  if (command !== 'shell' && command !== 'system.run') return { command, args };
  const { cmd, ...rest } = args;
  const invoked = { ...rest, command: args['command'] ?? cmd };
  if (typeof invoked.command === 'string' && invoked.command.trim()) return { command: 'system.run', args: invoked };
  throw InvalidInput([{ loc: ['args', command === 'shell' ? 'cmd' : 'command'], msg: 'Field required', type: 'missing' }]);
}

/** Devices of the dialect `type` know the command `shell`. */
export function asShell({ command, args }: Invoked): Invoked {
  if (command !== 'system.run') return { command, args };
  const { command: cmd, ...rest } = args;
  return { command: 'shell', args: { cmd, ...rest } };
}

type Described = Pick<NodeEntity, 'platform' | 'capabilities' | 'declared_commands' | 'denied_commands'>;

/** Whether a node may get a command: its person does not deny it, its platform has it, and it says that it accepts it. */
export function accepts({ platform, capabilities, declared_commands, denied_commands }: Described, command: string): boolean {
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!known || isIn(denied_commands, command)) return false;
  const groups = PLATFORMS[platform.toLowerCase()];
  if (groups && !groups.includes(known.group)) return false;
  return isIn(declared_commands ?? [...capabilities], command) || (!declared_commands && capabilities.includes(known.group));
}

const isIn = (names: readonly string[], command: string): boolean =>
  names.includes(command) || (command === 'system.run' && names.includes('shell'));

/** @throws Problem `node_command_failed` */
export function assertAccepts(node: Described & { name: string }, command: string): void {
  if (!accepts(node, command)) throw NodeCommandFailed(`The node ${node.name} does not accept the command ${command}.`);
}

export function needsApproval(command: string, invoker: Invoker): boolean {
  const asks = COMMANDS[command]?.asks ?? 'always';
  return asks === 'always' || (asks === 'agents' && invoker === 'agent');
}

/** What a person reads before they approve: all that the device gets. */
export function shownOf({ command, args }: Invoked): string {
  const { command: line, ...rest } = args;
  const more = Object.keys(rest).length ? ` ${JSON.stringify(rest)}` : '';
  return command === 'system.run' ? `${String(line)}${more}` : `${command} ${JSON.stringify(args)}`;
}
