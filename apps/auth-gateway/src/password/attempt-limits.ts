/** `room` tries at once, and then one more every `seconds`. SKEP_RATE_LIMITS may give another room, as `account.<name>`. */
export interface Limit {
  room: number;
  seconds: number;
  anywhere?: true;
}

export const LIMITS = {
  login: { room: 10, seconds: 60 },
  signup: { room: 5, seconds: 600 },
  forgot: { room: 5, seconds: 600 },
  resend: { room: 5, seconds: 600 },
  device: { room: 20, seconds: 30 },
  factor: { room: 10, seconds: 60 },
  /** Six digits could be guessed from many networks at once, so these count wherever they come from: see check-factor.ts. */
  totp: { room: 20, seconds: 1800, anywhere: true },
  email: { room: 5, seconds: 600 },
} as const satisfies Record<string, Limit>;

/** What SKEP_RATE_LIMITS may name in this service. */
export const LIMIT_NAMES: readonly string[] = Object.keys(LIMITS).map((what) => `account.${what}`);
