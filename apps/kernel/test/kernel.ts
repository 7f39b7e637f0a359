import { type CallResult, kernel } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { checkIr } from '../src/ir/check-ir.js';
import { permissionsOf } from '../src/ir/permissions.js';
import { start } from '../src/main.js';

/** A kernel for a test; for apps it runs with the real registry. */
export interface KernelHarness extends ServiceHarness {
  /** Publishes an app of Ada's or another developer's, who may call it without installing it. `permissions` replaces what its release requests. */
  publishApp(
    app_id: string,
    functions: object[],
    more?: object,
    permissions?: string[],
    manifest?: Record<string, unknown>,
    developer?: Ctx,
  ): Promise<void>;
  /** Calls a function of an app on behalf of the caller. */
  run(app_id: string, name: string, params?: object, ctx?: Ctx): Promise<CallResult>;
  /** The actions of a function, oldest first. */
  actions(app_id: string, name: string): Promise<Record<string, unknown>[]>;
  /** The feed events of a type, oldest first. */
  events(type: string): Promise<Record<string, unknown>[]>;
}

export const startKernel = async ({ env = {}, beside = ['registry'] }: Parameters<typeof startService>[2] = {}): Promise<KernelHarness> =>
  kernelHarness(await startService('kernel', start, { env, beside }));

/** A kernel that runs only as a process that the test starts. */
export const startKernelProcesses = async (beside = ['registry']): Promise<KernelHarness> =>
  kernelHarness(await startService('kernel', undefined, { beside }));

const kernelHarness = (harness: ServiceHarness): KernelHarness => ({
  ...harness,
  publishApp: async (app_id, functions, more, permissions, manifest = {}, developer = ada()) => {
    const input = irOf(app_id, functions, more);
    const { ir } = checkIr(input, app_id);
    await harness.call(registry.publishRelease, developer, {
      app_id,
      developer_id: developer.user,
      name: app_id,
      description: '',
      icon: '',
      version: '1.0.0',
      ir: input,
      manifest,
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
  actions: (app_id, name) => harness.query('select * from action where app_id = $1 and tool_name = $2 order by id', [app_id, name]),
  events: (type) => harness.query('select * from feed_event where type = $1 order by id', [type]),
});

/** The scopes of the built-in functions that these tests call. */
const scopes = ['automations:*', 'billing:read', 'developer:*'];

export const ada = (more: Partial<Ctx> = {}): Ctx => asUser('ada', { deadline: Date.now() + 15_000, scopes, ...more });
export const bob = (more: Partial<Ctx> = {}): Ctx => asUser('bob', { deadline: Date.now() + 15_000, scopes, ...more });

export const irOf = (app_id: string, functions: object[], more: object = {}): Record<string, unknown> => ({
  ir_version: '1.0',
  app: { id: app_id, version: '1.0.0', title: 'An app', functions, ...more },
});

/** A function with these steps. */
export const fn = (name: string, steps: object[], more: object = {}) => ({
  name,
  action_type: 'write',
  impl: { kind: 'declarative', steps },
  ...more,
});
