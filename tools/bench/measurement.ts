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

/** Rows with columns of their own. */
export interface Table {
  title: string;
  results: Record<string, Row>;
  columns: Column<Row>[];
}

/** The results of a contest, or a table; further tables follow. */
export type Measured = { title: string; targets: Target[]; details?: Table[] } & (
  { results: Record<string, Result>; columns?: undefined } | Table
);

export interface Measurement {
  description: string;
  /** Takes so long that it runs only if it is named. */
  onlyByName?: true;
  run(skep: Skep, options: Pick<Options, 'seconds' | 'rounds' | 'samples' | 'scale'>): Promise<Measured>;
}
