import type { McpServerReview } from '@skep/contracts/portal';
import type { AppEntity } from '../app/app.entity.js';

const LISTED_FIELDS = [
  'name',
  'short_description',
  'description',
  'category',
  'icon',
  'pricing_model',
  'pricing_config',
  'system',
  'manifest_json',
  'permission_ids',
  'hosts',
] as const;

/** The fields of an app that its listing shows. `tools_json` are the functions of the release. */
export type Listing = Pick<AppEntity, (typeof LISTED_FIELDS)[number] | 'icon_svg' | 'tools_json'> & {
  /** Absent if it was submitted before this was shown. */
  mcp_server?: McpServerReview | null;
};

/** @param more what `app` does not contain */
export const toListing = (app: AppEntity, more: Pick<Listing, 'icon_svg' | 'mcp_server'>): Listing =>
  ({ ...Object.fromEntries(LISTED_FIELDS.map((field) => [field, app[field]])), ...more, tools_json: app.functions }) as Listing;
