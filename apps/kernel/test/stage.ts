import { registry } from '@skep/contracts';
import { Bus, connectNats, type Ctx, newCtx, openLog, type Running } from '@skep/platform';
import { type Infrastructure, infrastructure } from '@skep/testkit';
import { start } from '../src/main.js';

/** A kernel to talk to over the bus, with the real registry beside it where apps are called. */
export interface Stage {
  infra: Infrastructure;
  bus: Bus;
  kernel: Running;
  publish(app_id: string, functions: object[], more?: object): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(env: Record<string, string> = {}, peers: string[] = ['registry']): Promise<Stage> {
  const infra = await infrastructure();
  try {
    await Promise.all(peers.map((peer) => infra.app(peer)));
    const kernel = await start(await infra.env('kernel', env));
    const bus = new Bus(await connectNats('test', { NATS_URL: infra.nats.url }, openLog('test', 'silent')), 'test');
    const close = async () => {
      await bus.close();
      await kernel.stop();
      await infra.close();
    };
    return { infra, bus, kernel, publish: (...app) => publish(bus, ...app), close };
  } catch (error) {
    await infra.close();
    throw error;
  }
}

export const ada = (more: Partial<Ctx> = {}): Ctx =>
  newCtx({ tenant: 'default', user: 'imp_u_ada', actor: 'user', deadline: Date.now() + 15_000, ...more });
export const bob = (more: Partial<Ctx> = {}): Ctx => ada({ user: 'imp_u_bob', ...more });

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

/** Ada's app, which she may therefore call without installing it. */
async function publish(bus: Bus, app_id: string, functions: object[], more: object = {}): Promise<void> {
  await bus.call(registry.publishRelease, ada(), {
    app_id,
    developer_id: 'imp_u_ada',
    name: app_id,
    description: '',
    icon: '',
    version: '1.0.0',
    ir: irOf(app_id, functions, more),
    manifest: {},
    functions: [],
  });
}
