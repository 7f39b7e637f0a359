import type { AppApproved } from '@skep/contracts/portal';
import type { AppEntity } from '../app/app.entity.js';
import { creditsOf, tagsOf } from '../app/manifest.js';
import { capabilitiesOf } from './capabilities.js';
import type { SubmissionEntity } from './submission.entity.js';

/** The `appApproved` event of an app and its approved submission: the same until the next approval, so that it can be republished. */
export function toAppApproved(app: AppEntity, { revision, version, listing }: SubmissionEntity): AppApproved {
  const { app_id, developer_id, tenant_id, approved_at, revenue_split_dev: revenue_split } = app;
  const { name, short_description, category, icon, icon_svg, pricing_model, pricing_config, system } = listing;
  const { manifest_json, tools_json, permission_ids } = listing;
  const shown = { name, short_description, category, icon, icon_svg, pricing_model, pricing_config, system };
  return {
    ...{ app_id, developer_id, tenant_id, revision, version, ...shown, revenue_split },
    ...creditsOf(manifest_json),
    capabilities: capabilitiesOf(listing),
    ...{ tags: tagsOf(manifest_json), permissions: permission_ids, functions: tools_json, approved_at: approved_at ?? new Date() },
  };
}
