import { describe, expect, it } from '@jest/globals';
import { rankTools } from './rank-tools.js';
import { done, type Tool, type ToolUse } from './tool.js';
import { ToolShelf } from './tool-shelf.js';

const tool = (name: string, description = '', isOfApp = true): Tool => ({
  ...{ name, description, parameters: {}, hasEffect: false, isOutside: false, isOfApp },
  use: () => Promise.resolve(done('')),
});
const names = (tools: readonly Tool[]) => tools.map(({ name }) => name);
const many = Array.from({ length: 200 }, (_, n) => tool(`app${n}__run`, `Runs number ${n}`));
const own = tool('memory_add', '', false);

describe('a search of tools', () => {
  const tools = [
    tool('mail__send', 'Sends a message to someone.'),
    tool('calendar__createEvent', 'Adds an appointment.'),
    tool('calendar__list', 'Lists events of a day.'),
    tool('chat__send', 'Sends a message.'),
  ];

  it('ranks names above descriptions, and rare words above frequent ones', () => {
    expect(names(rankTools(tools, 'create event', 9))).toEqual(['calendar__createEvent', 'calendar__list']);
    expect(names(rankTools(tools, 'send to someone', 9))[0]).toBe('mail__send');
  });

  it('knows parts of names and forms of words', () => {
    expect(names(rankTools(tools, 'creating an appointment', 1))).toEqual(['calendar__createEvent']);
  });

  it('keeps the order of tools that match equally well, and returns as many as asked for', () => {
    expect(names(rankTools(tools, 'message', 9))).toEqual(['mail__send', 'chat__send']);
    expect(names(rankTools(tools, 'message', 1))).toEqual(['mail__send']);
  });

  it('finds nothing for other words', () => {
    expect(rankTools(tools, 'zebra !?', 9)).toEqual([]);
  });
});

describe('the tools of a turn', () => {
  const search = async (shelf: ToolShelf, query: string) => {
    const { output } = await shelf.find('tool_search')!.use({} as ToolUse, { query });
    shelf.note('tool_search', output);
  };

  it('are all shown if they are few', () => {
    const shelf = new ToolShelf([own, ...many.slice(0, 99)]);
    expect([shelf.shown().length, shelf.find('tool_search')]).toEqual([100, undefined]);
  });

  it('are found by a search if they are many, and keep their order', async () => {
    const shelf = new ToolShelf([own, ...many]);
    expect(names(shelf.shown())).toEqual(['tool_search', 'memory_add']);
    await search(shelf, 'number 150');
    const shown = names(shelf.shown());
    expect([shown.slice(0, 2), shown]).toEqual([['tool_search', 'memory_add'], expect.arrayContaining(['app150__run'])]);
    await search(shelf, 'app3__run');
    expect(names(shelf.shown()).indexOf('app3__run')).toBeLessThan(names(shelf.shown()).indexOf('app150__run'));
  });

  it('stay fewer than providers take, however much is searched', async () => {
    const shelf = new ToolShelf([own, ...many]);
    for (let n = 0; n < 200; n += 1) await search(shelf, `app${n}`);
    expect(shelf.shown().length).toBeLessThan(100);
  });

  it('can be used although they are not shown', () => {
    expect(new ToolShelf([own, ...many]).find('app7__run')).toBe(many[7]);
  });
});
