/**
 * The columns of the contract's `Listing`, with `HAS_SVG`; `icon_url` is the icon that the app names. `l` is the listing, `p` its popularity or a
 * null row.
 */
export const LISTING_COLUMNS = `
  l.app_id, l.name, l.name as display_name, l.short_description, l.category, coalesce(p.install_count, 0) as install_count,
  l.rating, l.rating as avg_rating, l.review_count, l.developer_id, l.icon as icon_url, l.icon_svg is not null as has_svg, l.pricing_model,
  l.version, l.tags, l.system, l.featured,
  exists (select from publisher where developer_id = l.developer_id and website is not null) as is_verified`;
/** Whether the app has an uploaded icon. */
export const HAS_SVG = { has_svg: 'bool' } as const;
