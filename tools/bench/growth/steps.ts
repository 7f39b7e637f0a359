import type { Ranges } from './sizes.ts';
import type { World } from './world.ts';

/** The statements that add the rows of these ranges to a service's database, each with the name of what it adds. */
export type FillSteps = (ranges: Ranges, world: World) => [adds: string, sql: string][];
