import type { AppEntity } from '../app/app.entity.js';

const LISTED = [
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
] as const;

/** The fields of an app that its listing shows. `tools_json` are the functions of the release itself. */
export type Listing = Pick<AppEntity, (typeof LISTED)[number] | 'icon_svg' | 'tools_json'>;

/** @param icon_svg the uploaded icon, which an app is read without */
export const listingOf = (app: AppEntity, icon_svg: string | null): Listing =>
  ({ ...Object.fromEntries(LISTED.map((field) => [field, app[field]])), icon_svg, tools_json: app.functions }) as Listing;
