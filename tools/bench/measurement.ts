import type { Result } from './contest.ts';
import type { Options } from './options.ts';
import type { Skep } from './skep.ts';

/** A figure that Skep should reach. */
export interface Target {
  name: string;
  value: number;
  atLeast?: number;
  atMost?: number;
}

/** A result with columns of its own. */
export interface Row {
  failed?: number;
  failure?: string | undefined;
}

export interface Column<R extends Row> {
  head: string;
  value(result: R): number | undefined;
  digits: number;
}

/** The results of a contest, or rows with columns of their own. */
export type Measured = { title: string; targets: Target[] } & (
  { results: Record<string, Result>; columns?: undefined } | { results: Record<string, Row>; columns: Column<Row>[] }
);

export interface Measurement {
  description: string;
  run(skep: Skep, options: Pick<Options, 'seconds' | 'rounds' | 'samples'>): Promise<Measured>;
}
