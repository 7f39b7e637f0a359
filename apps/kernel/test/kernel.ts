import { type CallResult, kernel, registry } from '@skep/contracts';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, person } from '@skep/testkit';
import { checkIr } from '../src/ir/check-ir.js';
import { permissionsOf } from '../src/ir/permissions.js';
import { start } from '../src/main.js';

/** A kernel, with the real registry beside it where apps are called. */
export interface KernelHarness extends ServiceHarness {
  /** Ada's app, which she may therefore call without installing it. The registry hears of other permissions than it has where they are given. */
  publishApp(app_id: string, functions: object[], more?: object, permissions?: string[]): Promise<void>;
  /** The caller's own call of an app's function. */
  run(app_id: string, name: string, params?: object, ctx?: Ctx): Promise<CallResult>;
  /** What the ledger says of a function, oldest first. */
  lines(app_id: string, name: string): Promise<Record<string, unknown>[]>;
  /** What the feed says of a type, oldest first. */
  events(type: string): Promise<Record<string, unknown>[]>;
}

export const startKernel = async ({ env = {}, beside = ['registry'] }: Parameters<typeof startService>[2] = {}): Promise<KernelHarness> =>
  kernelHarness(await startService('kernel', start, { env, beside }));

/** A kernel that only runs as a process, where the test starts one. */
export const openProcesses = async (): Promise<KernelHarness> =>
  kernelHarness(await startService('kernel', undefined, { beside: ['registry'] }));

const kernelHarness = (harness: ServiceHarness): KernelHarness => ({
  ...harness,
  publishApp: async (app_id, functions, more, permissions) => {
    const given = irOf(app_id, functions, more);
    const { ir } = checkIr(given, app_id);
    await harness.call(registry.publishRelease, ada(), {
      app_id,
      developer_id: 'imp_u_ada',
      name: app_id,
      description: '',
      icon: '',
      version: '1.0.0',
      ir: given,
      manifest: {},
      functions: [],
      permissions: permissions ?? (ir ? permissionsOf(ir.app) : []),
    });
  },
  run: (app_id, name, params = {}, ctx = ada()) =>
    harness.call(kernel.callFunction, ctx, {
      app_id,
      user_id: ctx.user,
      tenant_id: ctx.tenant,
      function: name,
      params: params as Record<string, unknown>,
    }),
  lines: (app_id, name) => harness.query('select * from action where app_id = $1 and tool_name = $2 order by id', [app_id, name]),
  events: (type) => harness.query('select * from feed_event where type = $1 order by id', [type]),
});

/** What the functions of built-in extensions that are called here require. */
const scopes = ['automations:*', 'billing:read', 'developer:*'];

export const ada = (more: Partial<Ctx> = {}): Ctx => person('ada', { deadline: Date.now() + 15_000, scopes, ...more });
export const bob = (more: Partial<Ctx> = {}): Ctx => person('bob', { deadline: Date.now() + 15_000, scopes, ...more });

export const irOf = (app_id: string, functions: object[], more: object = {}): Record<string, unknown> => ({
  ir_version: '1.0',
  app: { id: app_id, version: '1.0.0', title: 'An app', functions, ...more },
});

/** A function of these steps. */
export const fn = (name: string, steps: object[], more: object = {}) => ({
  name,
  action_type: 'write',
  impl: { kind: 'declarative', steps },
  ...more,
});
