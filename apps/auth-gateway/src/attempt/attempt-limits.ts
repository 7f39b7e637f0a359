/** `burst` attempts at once, then one every `refill_seconds`. SKEP_RATE_LIMITS can change the burst: `account.<kind>=<burst>`. */
export interface AttemptLimit {
  burst: number;
  refill_seconds: number;
  /** Attempts from all networks share one bucket. */
  any_network?: true;
}

/** The README explains each limit. */
export const LIMITS = {
  login: { burst: 10, refill_seconds: 60 },
  signup: { burst: 5, refill_seconds: 600 },
  forgot: { burst: 5, refill_seconds: 600 },
  resend: { burst: 5, refill_seconds: 600 },
  device: { burst: 20, refill_seconds: 30 },
  factor: { burst: 10, refill_seconds: 60 },
  /** Six digits could be guessed from many networks at once: see check-factor.ts. */
  totp: { burst: 20, refill_seconds: 1800, any_network: true },
  email: { burst: 5, refill_seconds: 600 },
} as const satisfies Record<string, AttemptLimit>;

/** What is attempted; each kind has its own limit. */
export type AttemptKind = keyof typeof LIMITS;

/** The limits of this service that SKEP_RATE_LIMITS can change. */
export const LIMIT_NAMES: readonly string[] = Object.keys(LIMITS).map((kind) => `account.${kind}`);
