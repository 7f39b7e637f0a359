import { portal } from '@skep/contracts/portal';
import { waitUntil } from '@skep/testkit';
import type { KernelHarness } from './kernel.js';

/** Has the first release of an app of Ada's approved as a system app, with a price for each call of some functions, and waits until users have it. */
export async function approvePriced(
  harness: KernelHarness,
  app_id: string,
  permissions: string[],
  tool_prices: Record<string, number>,
): Promise<void> {
  const app = { app_id, developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: app_id };
  const listed = { short_description: '', category: '', icon: '', tags: [], system: true, functions: [], permissions };
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices }, revenue_split: 70 };
  await harness.publish(portal.appApproved, { ...app, ...listed, ...pricing, approved_at: new Date() });
  const isLive = () => harness.infra.query('registry', 'select from app where live_revision = 1');
  await waitUntil('the approval', async () => (await isLive())[0], 10_000);
}
