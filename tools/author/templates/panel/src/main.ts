import type { AppFunction, PanelFunction } from '@skep/app';

type Task = { title: string; done: boolean };

export const addTask: AppFunction<{ title: string }> = (ctx, { title }) => ctx.store.create('task', { title, done: false });

export const finishTask: AppFunction<{ id: string }> = async (ctx, { id }) => {
  const changed = await ctx.store.update('task', { ids: [id] }, { done: true });
  if (changed.length === 0) throw new Error('This task does not exist.');
  return { id };
};

/** Runs each time that the panel is shown. It only reads. */
export const showTasks: PanelFunction = async (ctx) => {
  const tasks = await ctx.store.list<Task>('task', { where: { done: false } });
  return {
    type: 'Stack',
    props: {
      children: [
        {
          type: 'Form',
          props: {
            action: { action: 'call', function: 'add_task' },
            submit_label: 'Add',
            children: [{ type: 'Input', props: { param_name: 'title', label: 'New task', required: true } }],
          },
        },
        {
          type: 'List',
          props: {
            empty_text: 'Nothing to do',
            items: tasks.map(({ id, data }) => ({
              id,
              title: data.title,
              actions: [{ label: 'Done', on_click: { action: 'call', function: 'finish_task', params: { id } } }],
            })),
          },
        },
      ],
    },
  };
};
