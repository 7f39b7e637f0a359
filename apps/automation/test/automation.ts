import { automation, type Automation, type AutomationExecution, type CreateAutomationFor } from '@skep/contracts/automation';
import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { approvalOf, asService, asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { start } from '../src/main.js';

export interface AutomationHarness extends ServiceHarness {
  /** A new user of the tenant `default`, or with `tenant` of that one, who has the app `notes-app`. */
  person(more?: { tenant?: string; scopes?: string[] }): Promise<Ctx>;
  /** Creates a rule that notes `{{event.text}}` at each event of a type. */
  rule(who: Ctx, event_type: string, more?: Partial<CreateAutomationFor>): Promise<Automation>;
  /** Publishes an event of a person. */
  happens(who: Ctx, event_type: string, data?: Record<string, unknown>): Promise<void>;
  /** The texts that rules have noted for a person, oldest first. */
  notes(who: Ctx): Promise<string[]>;
  /** Waits until a person has so many notes. */
  waitForNotes(who: Ctx, count: number): Promise<string[]>;
  /** The messages that a person was notified of, oldest first. */
  messages(who: Ctx): Promise<string[]>;
  executions(who: Ctx, rule_id: number): Promise<AutomationExecution[]>;
  /** Waits until all executions of a rule have ended. */
  waitForExecutions(who: Ctx, rule_id: number, count: number): Promise<AutomationExecution[]>;
  /** Waits until everything that has happened is handled. */
  settle(): Promise<void>;
}

export const APP = 'notes-app';
const DEV = asUser('dev');
/** A service from outside, which acts for no one. */
export const SERVICE = asService('panel');

const BESIDE = ['auth-gateway', 'registry', 'billing', 'kernel'];

export const openAutomation = async (env: Record<string, string> = {}): Promise<AutomationHarness> =>
  automationHarness(await startService('automation', start, { env, beside: BESIDE }));

/** The service runs only as processes that the test starts. */
export const openAutomationProcesses = async (): Promise<AutomationHarness> =>
  automationHarness(await startService('automation', undefined, { beside: BESIDE.filter((app) => app !== 'kernel') }));

async function automationHarness(harness: ServiceHarness): Promise<AutomationHarness> {
  let people = 0;
  const admin = (tenant: string) => asUser('root', { tenant, role: 'admin', scopes: ['*'], deadline: Date.now() + 60_000 });
  const call: ServiceHarness['call'] = (operation, ctx, input) =>
    harness.call(operation, { ...ctx, deadline: Date.now() + 20_000, idempotencyKey: undefined }, input);
  const queryKernel = (sql: string, values: unknown[]) => harness.infra.query('kernel', sql, values);
  const self: AutomationHarness = {
    ...harness,
    call,
    person: async ({ tenant = 'default', scopes = ['*'] } = {}) => {
      const email = `person${people++}@example.com`;
      const { imperal_id } = await call(auth.createUser, admin(tenant), { email, password: 'a long enough one', role: 'user' });
      await publishNotesApp();
      return asUser('', { tenant, user: imperal_id, email, scopes });
    },
    rule: (who, event_type, more = {}) =>
      call(automation.createAutomationFor, SERVICE, {
        ...{ user_id: who.user, tenant_id: who.tenant, prompt: `Note ${event_type}`, interpretation: '', notify_mode: 'off' },
        ...{
          trigger_filter: { event_type, timezone: 'UTC' },
          actions: [{ app_id: APP, tool: 'add_note', args: { text: '{{event.text}}' } }],
        },
        ...{ cooldown_seconds: 0, max_per_hour: 0, max_iterations: 0 },
        ...more,
      }),
    happens: async (who, event_type, data = { text: event_type }) => {
      const [scope = '', action = ''] = event_type.split(/[.:](.*)/s);
      await call(kernel.publishEvent, SERVICE, { tenant_id: who.tenant, scope, action, id: '', actor: 'system', user_id: who.user, data });
    },
    notes: async ({ tenant, user }) => {
      const sql = `select data->>'text' as text from document where tenant_id = $1 and user_id = $2 and app_id = $3 order by id`;
      return (await queryKernel(sql, [tenant, user, APP])).map(({ text }) => String(text));
    },
    waitForNotes: async (who, count) => {
      await waitUntil(`${count} notes`, async () => (await self.notes(who)).length >= count, 20_000);
      return self.notes(who);
    },
    messages: async ({ user }) =>
      (await harness.infra.query('channels', 'select message from notification where user_id = $1 order by id', [user])).map(
        ({ message }) => String(message),
      ),
    executions: async (who, rule_id) => (await call(automation.listAutomationExecutions, who, { rule_id })).rows,
    waitForExecutions: async (who, rule_id, count) => {
      const done = async () => {
        const all = await self.executions(who, rule_id);
        return all.length >= count && all.every(({ ended_at }) => ended_at);
      };
      await waitUntil(`${count} executions`, done, 20_000);
      return self.executions(who, rule_id);
    },
    settle: async () => {
      const isSettled = async () => {
        const [{ head }] = (await queryKernel(
          'select head::int from feed_counter where not exists (select from feed_event where seq is null)',
          [],
        )) as [{ head: number }?] as [{ head: number }];
        const sql = `select from feed_position where seq = $1 and not exists (select from run where ended_at is null)`;
        return (await harness.query(sql, [head])).length > 0;
      };
      await waitUntil('everything to be handled', () => isSettled().catch(() => false), 20_000);
    },
  };
  let published: Promise<void> | undefined;
  const publishNotesApp = () => (published ??= publish());
  const publish = async () => {
    const steps = [{ id: 's1', op: 'store.create', args: { kind: 'note', data: { text: '{{event.text}}' } } }];
    const params_schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
    const add_note = { name: 'add_note', action_type: 'write', params_schema, impl: { kind: 'declarative', steps } };
    const ir = { ir_version: '1.0', app: { id: APP, version: '1.0.0', title: 'Notes', functions: [add_note] } };
    const functions = [{ name: 'add_note', description: 'Adds a note.', params_schema, action_type: 'write' }];
    const content = { app_id: APP, version: '1.0.0', name: 'Notes', description: '', icon: '', functions, permissions: ['store:write'] };
    const { revision } = await call(registry.publishRelease, DEV, { ...content, developer_id: DEV.user, ir, manifest: {} });
    const approved = { developer_id: DEV.user, revision, system: true, permissions: ['store:write'] };
    await harness.publish(portal.appApproved, approvalOf(APP, approved));
    const isLive = () => harness.infra.query('registry', 'select from app where app_id = $1 and live_revision = 1', [APP]);
    await waitUntil('the approval', async () => (await isLive())[0], 10_000);
  };
  return self;
}
