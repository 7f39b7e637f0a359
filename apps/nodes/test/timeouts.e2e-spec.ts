import { MAX_COMMANDS, nodes } from '@skep/contracts/nodes';
import { asUser, codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { ada, GOOD, type Nodes, openNodes, requestOf, WHICH } from './nodes.js';

let world: Nodes;

beforeAll(async () => {
  world = await openNodes(start, { SKEP_NODE_APPROVAL_MS: '1500', SKEP_NODE_COMMAND_MS: '1000' });
});
afterAll(() => world?.close());

const wordsOf = async (answer: Promise<unknown>) => String((await problemOf(answer)).body.detail);

describe('a command', () => {
  it('that the device does not answer ends', async () => {
    const box = await world.device();
    expect(await wordsOf(box.invoke('system.which', WHICH))).toMatch(/timed out/);
    expect((await world.call(nodes.listNodeLogs, ada, { node_id: box.id, limit: 10 })).logs).toEqual([
      expect.objectContaining({ success: false, completed_at: expect.any(Date) }),
    ]);
    // Its answer comes too late.
    expect(await codeOf(box.say('result', { ...GOOD, request_id: requestOf(box.orders()[0]!) }))).toBe('not_found');
  });

  it('that nobody approves in time is denied', async () => {
    const box = await world.device();
    const words = wordsOf(box.invoke('system.run', { command: 'date' }));
    const id = await world.approval(ada, box.id);
    expect([await words, box.orders()]).toEqual([expect.stringMatching(/not approved in time/), []]);
    expect(await codeOf(world.call(nodes.resolveCommandApproval, ada, { id, approved: true, remember: false }))).toBe(
      'no_command_approval',
    );
  });
});

describe('commands in progress', () => {
  it('are limited for a person, also at once', async () => {
    const many = asUser('many', { scopes: ['agent:use'] });
    const box = await world.device(many);
    const asked = Array.from({ length: MAX_COMMANDS + 5 }, () => codeOf(box.invoke('system.run', { command: 'date' })));
    const codes = await Promise.all(asked);
    expect(codes.filter((code) => code === 'too_many_commands')).toHaveLength(5);
    expect(codes.filter((code) => code === 'node_command_failed')).toHaveLength(MAX_COMMANDS);
  });
});
