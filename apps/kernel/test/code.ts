import { fn, type KernelHarness } from './kernel.js';

/** A function of the IR that a module runs. */
export const inCode = (name: string, more: object = {}) => ({
  ...fn(name, []),
  impl: { kind: 'code', module: 'main.js', entry: name },
  ...more,
});

/** Publishes an app whose functions are those that its one module exports. */
export async function publishCode(
  harness: KernelHarness,
  app_id: string,
  bodies: Record<string, string>,
  more: object = {},
): Promise<void> {
  const text = Object.entries(bodies).map(([name, body]) => `export async function ${name}(ctx, params) { ${body} }`);
  const functions = Object.keys(bodies).map((name) => inCode(name));
  await harness.publishApp(app_id, functions, { modules: { 'main.js': text.join('\n') }, ...more });
}
