import type { Command, Input } from '../cli/commands.ts';
import { api } from '../cli/public-api.ts';
import { table } from '../cli/table.ts';

const setStatus =
  (status: 'active' | 'suspended', describe: (app: { status: string }) => string) =>
  async ({ args: [app = '', reason] }: Input) => {
    const data = await api((skep) => skep.setAppStatus({ app_id: app, status, ...(reason && { reason }) }));
    return { data, text: `${data.app_id} ${describe(data)}` };
  };

export const commands: Command[] = [
  {
    usage: 'apps pending [--json]',
    summary: 'Lists the apps that wait for a review, oldest first',
    example: 'apps pending',
    async run() {
      const data = await api((skep) => skep.listPending());
      return { data, text: table(data, ['app_id', 'name', 'developer_id', 'category', 'status'], 'No app waits for a review.') };
    },
  },
  {
    usage: 'apps approve APP [--json]',
    summary: 'Approves the submitted revision of an app and lists it in the marketplace',
    example: 'apps approve link-saver',
    async run({ args: [app = ''] }) {
      const data = await api((skep) => skep.approveApp({ app_id: app }));
      return { data, text: `${data.app_id} is approved.` };
    },
  },
  {
    usage: 'apps reject APP REASON [--json]',
    summary: 'Rejects the submitted revision of an app; its developer sees the reason',
    example: "apps reject link-saver 'The description is empty.'",
    async run({ args: [app = '', reason = ''] }) {
      const data = await api((skep) => skep.rejectApp({ app_id: app, reason }));
      return { data, text: `${data.app_id} is rejected.` };
    },
  },
  {
    usage: 'apps suspend APP REASON [--json]',
    summary: 'Suspends an app: it cannot be found, installed or called; its developer sees the reason; its data stays',
    example: "apps suspend link-saver 'It sends links to a third party.'",
    run: setStatus('suspended', () => 'is suspended.'),
  },
  {
    usage: 'apps restore APP [--json]',
    summary: 'Ends the suspension of an app and restores its previous status',
    example: 'apps restore link-saver',
    run: setStatus('active', ({ status }) => `is restored. Its status is '${status}'.`),
  },
];
