import { describe, expect, it } from '@jest/globals';
import { accepts, asShell, needsApproval, shownOf, toInvoked } from './commands.js';

const node = (more: object = {}) => ({ platform: 'linux', capabilities: [], declared_commands: null, denied_commands: [], ...more });

describe('a node', () => {
  it.each([
    ['a group of commands', { capabilities: ['shell'] }, 'system.run', true],
    ['the command itself', { capabilities: ['file_read'] }, 'file_read', true],
    ['another command', { capabilities: ['file_read'] }, 'file_write', false],
    ['a group, but fewer commands', { capabilities: ['shell'], declared_commands: ['system.which'] }, 'system.run', false],
    ['shell as a command', { declared_commands: ['shell'] }, 'system.run', true],
    ['what its platform has not', { declared_commands: ['sms.send'] }, 'sms.send', false],
    ['an unknown platform', { platform: 'toaster', declared_commands: ['sms.send'] }, 'sms.send', true],
    ['a platform in capitals', { platform: 'Linux', declared_commands: ['sms.send'] }, 'sms.send', false],
    ['a denied command', { capabilities: ['shell'], denied_commands: ['system.run'] }, 'system.run', false],
    ['a command that is denied as shell', { capabilities: ['shell'], denied_commands: ['shell'] }, 'system.run', false],
    ['the name of a property', { declared_commands: ['constructor', '__proto__'] }, '__proto__', false],
  ])('with %s', (_, more, command, expected) => expect(accepts(node(more), command)).toBe(expected));
});

describe('a shell command', () => {
  it('has one name and one argument here, and that of its dialect at the device', () => {
    expect(toInvoked({ command: 'shell', args: { cmd: 'date', cwd: '/' } })).toEqual({
      command: 'system.run',
      args: { command: 'date', cwd: '/' },
    });
    const both = toInvoked({ command: 'system.run', args: { command: 'date', cmd: 'reboot' } });
    expect(both).toEqual({ command: 'system.run', args: { command: 'date' } });
    expect(asShell(both)).toEqual({ command: 'shell', args: { cmd: 'date' } });
    const which = { command: 'system.which', args: { command: 'git' } };
    expect([toInvoked(which), asShell(which)]).toEqual([which, which]);
  });

  it('is shown with all that is sent', () => {
    expect(shownOf({ command: 'system.run', args: { command: 'date' } })).toBe('date');
    expect(shownOf({ command: 'system.run', args: { command: 'date', env: { A: 1 } } })).toBe('date {"env":{"A":1}}');
    expect(shownOf({ command: 'sms.send', args: { to: '1' } })).toBe('sms.send {"to":"1"}');
  });
});

it('agents ask more often than their person', () => {
  expect(['system.run', 'sms.send', 'system.which', 'unknown'].map((command) => needsApproval(command, 'user'))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(['system.run', 'sms.send', 'system.which'].map((command) => needsApproval(command, 'agent'))).toEqual([true, true, false]);
});
