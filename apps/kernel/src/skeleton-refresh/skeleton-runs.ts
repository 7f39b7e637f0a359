import { type Ctx, runKind, Runs } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';

export interface WatchInput {
  app_id: string;
  /** Number of the five minutes. */
  turn: number;
}
/** Makes the sections of an app whose changes alert their user. */
export const WATCH = runKind<WatchInput>('skeleton.watch', { atOnce: 2 });

export interface AlertInput {
  app_id: string;
  title: string;
  section: string;
}
/** Tells a user that a section has changed. */
export const ALERT = runKind<AlertInput>('skeleton.alert', { retries: 20 });

const EVERY_MS = 300_000;

/** Watches the sections of apps: every five minutes, for each user at another moment. */
@Injectable()
export class WatchSections {
  constructor(private readonly runs: Runs) {}

  /** Starts the next watch of the user's, unless it is planned. @param last the one before, which may have begun early by its clock */
  async next(ctx: Ctx, app_id: string, last = 0): Promise<void> {
    const { tenant, user } = ctx;
    const offset = createHash('sha256').update(`${tenant} ${user} ${app_id}`).digest().readUInt32BE() % EVERY_MS;
    const turn = Math.max(Math.floor((Date.now() - offset) / EVERY_MS), last) + 1;
    await this.runs.start(WATCH, ctx, { app_id, turn }, { key: `${user} ${app_id} ${turn}`, at: new Date(turn * EVERY_MS + offset) });
  }
}
