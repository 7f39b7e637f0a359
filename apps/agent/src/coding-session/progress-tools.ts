import { done, failed, textArguments, type Tool } from '../tool/tool.js';
import type { Shown } from '../socket/show.js';
import { FRAME, type Frame } from './frames.js';

/** The tool with which an agent says that a marathon has reached its goal. */
export const COMPLETE = 'marathon_complete';
const ITEMS_MAX = 100;
const TEXT_MAX = 2_000;
const STATES = ['pending', 'in_progress', 'completed'];

/** Tools with which an agent shows how far it is: they only show something. */
export function progressTools(shown: Shown, isMarathon: boolean): Tool[] {
  const shows = (
    name: string,
    description: string,
    parameters: Record<string, unknown>,
    toFrame: (args: Record<string, unknown>) => Frame | undefined,
  ): Tool => ({
    ...{ name, description, parameters, hasEffect: false, isOutside: false },
    use: ({ step }, args) => {
      const frame = toFrame(args);
      if (!frame) return Promise.resolve(failed('The arguments do not match the schema.'));
      shown.emit(step, FRAME, frame);
      return Promise.resolve(done('Shown.'));
    },
  });
  const note = (name: string, description: string) =>
    shows(name, description, textArguments({ text: 'What to tell the person.' }), ({ text }) => ({ type: name, text: brief(text) }));
  const todo = shows('todo_write', 'Shows the person what you plan to do, and how far you are.', TODO_PARAMETERS, toTodo);
  if (!isMarathon) return [todo];
  return [
    todo,
    shows('marathon_plan', 'Shows the milestones on the way to the goal.', PLAN_PARAMETERS, ({ milestones }) =>
      Array.isArray(milestones) ? { type: 'marathon_plan', milestones: milestones.slice(0, ITEMS_MAX).map(brief) } : undefined,
    ),
    note('milestone', 'Tells the person that a milestone is reached.'),
    note(COMPLETE, 'Says that the goal is reached. Use it once, at the end.'),
  ];
}

const brief = (value: unknown): string => String(value).slice(0, TEXT_MAX);

const TODO_PARAMETERS = {
  type: 'object',
  properties: {
    todos: {
      type: 'array',
      items: {
        type: 'object',
        properties: { content: { type: 'string' }, status: { type: 'string', enum: STATES } },
        required: ['content', 'status'],
      },
    },
  },
  required: ['todos'],
};
const PLAN_PARAMETERS = {
  type: 'object',
  properties: { milestones: { type: 'array', items: { type: 'string' } } },
  required: ['milestones'],
};

function toTodo({ todos }: Record<string, unknown>): Frame | undefined {
  if (!Array.isArray(todos)) return undefined;
  const items = todos.slice(0, ITEMS_MAX).map((item) => {
    const { content, status } = (item ?? {}) as { content?: unknown; status?: unknown };
    return { content: brief(content), status: STATES.includes(String(status)) ? String(status) : 'pending' };
  });
  return { type: 'todo', todos: items, total: items.length, completed: items.filter(({ status }) => status === 'completed').length };
}
