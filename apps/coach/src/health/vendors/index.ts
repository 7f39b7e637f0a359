import { garmin } from './garmin.js';
import { oura } from './oura.js';
import { strava } from './strava.js';
import type { Vendor } from './vendor.js';
import { whoop } from './whoop.js';

/** Vendors whose API we read with a token of the person. Others come by way of Terra. */
export const VENDORS: Readonly<Record<string, Vendor>> = { garmin, oura, strava, whoop };

export { readTerra } from './terra.js';
export type { Checkpoint, Page, Pages, Received, Vendor } from './vendor.js';
