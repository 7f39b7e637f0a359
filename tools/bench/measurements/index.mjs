import * as balance from './balance.mjs';
import * as call from './call.mjs';
import * as holds from './holds.mjs';
import * as login from './login.mjs';
import * as refresh from './refresh.mjs';
import * as topup from './topup.mjs';

/**
 * @typedef {object} Target a figure that Skep should reach
 * @property {string} name
 * @property {number} value
 * @property {number} [atLeast]
 * @property {number} [atMost]
 *
 * @callback Measure
 * @param {import('../skep.mjs').Skep} skep
 * @param {{ seconds: number, rounds: number }} options
 * @returns {Promise<{ title: string, results: Record<string, import('../contest.mjs').Result>, targets: Target[] }>}
 */

/** @type {Record<string, { about: string, run: Measure }>} */
export const measurements = { balance, call, holds, topup, refresh, login };
