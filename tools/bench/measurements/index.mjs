import * as balance from './balance.mjs';
import * as call from './call.mjs';
import * as flood from './flood.mjs';
import * as holds from './holds.mjs';
import * as login from './login.mjs';
import * as refresh from './refresh.mjs';
import * as timing from './timing.mjs';
import * as topup from './topup.mjs';

/**
 * @typedef {object} Target a figure that Skep should reach
 * @property {string} name
 * @property {number} value
 * @property {number} [atLeast]
 * @property {number} [atMost]
 *
 * @typedef {[head: string, value: (result: any) => number | undefined, digits: number]} Column
 *
 * @callback Measure
 * @param {import('../skep.mjs').Skep} skep
 * @param {{ seconds: number, rounds: number, samples: number }} options
 * @returns {Promise<{ title: string, results: Record<string, object>, targets: Target[], columns?: Column[] }>} results: of a contest,
 *   or the values of the columns
 */

/** @type {Record<string, { description: string, run: Measure }>} */
export const measurements = { balance, call, holds, topup, refresh, login, flood, timing };
