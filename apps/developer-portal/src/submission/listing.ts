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
] as const;

/** The fields of an app that its listing shows. `tools_json` are the functions of the release. */
export type Listing = Pick<AppEntity, (typeof LISTED_FIELDS)[number] | 'icon_svg' | 'tools_json'>;

/** @param icon_svg the uploaded icon, which `app` does not contain */
export const toListing = (app: AppEntity, icon_svg: string | null): Listing =>
  ({ ...Object.fromEntries(LISTED_FIELDS.map((field) => [field, app[field]])), icon_svg, tools_json: app.functions }) as Listing;
