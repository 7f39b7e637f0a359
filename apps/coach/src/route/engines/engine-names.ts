/** The engines that an operator can name. */
export const ENGINE_NAMES = ['graphhopper', 'valhalla', 'osrm'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
