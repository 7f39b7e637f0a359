import { services } from './services.mjs';

/**
 * The settings of each service: `default; description`. A service gets only its own settings, so a secret reaches only the service
 * that needs it. tools/test/service-settings.spec.mjs compares this list with the code.
 * @type {Readonly<Record<string, Readonly<Record<string, string>>>>}
 */
export const serviceSettings = {
  'api-gateway': {
    SKEP_SERVICE_TOKEN: 'generated; grants access to service-only routes; several as name:token,name:token, each of 16 characters or more',
    SKEP_PUBLIC_URL: 'http://HOST:PORT; base URL for links in e-mails, icons and passkeys; https turns on Secure cookies and HSTS',
    SKEP_RATE_LIMITS: 'on; comma-separated name=number pairs, such as auth.login=50; off for load tests, refused when NODE_ENV=production',
    SKEP_RATE_LIMIT_EXEMPT: 'none; comma-separated networks, such as 203.0.113.0/24, without limits per network address',
    SKEP_CORS_ORIGINS: 'none; comma-separated origins that browsers may call from',
    SKEP_TRUST_PROXY: 'none; proxies whose X-Forwarded-For is trusted: their number, or their addresses',
    SKEP_MAX_STREAMS: '20; open event streams per user',
    SKEP_REQUEST_TIMEOUT_MS: '30000; time for a request to arrive, including its body',
    SKEP_DRAIN_SECONDS: '0; time to keep serving after SIGTERM, until load balancers notice',
  },
  'auth-gateway': {
    SKEP_ADMIN_EMAIL: 'admin@skep.local; the first administrator',
    SKEP_ADMIN_PASSWORD: 'generated',
    SKEP_ENCRYPTION_KEY: 'generated; 32 bytes, base64url; encrypts signing keys and queued e-mails',
    SKEP_PUBLIC_URL: 'as above',
    SMTP_URL: 'none: e-mails are written to SKEP_DATA/mail; required when NODE_ENV=production',
    SKEP_MAIL_FROM: 'Skep <no-reply@skep.local>',
    ACCESS_TOKEN_SECONDS: '3600',
    REFRESH_GRACE_SECONDS: '30; time in which a used refresh token is accepted again',
    SESSION_IDLE_DAYS: '30; a session ends after this time without a refresh',
    SESSION_DAYS: '90; a session ends after this time in any case',
    SKEP_RATE_LIMITS: 'as above',
  },
  marketplace: { SKEP_PUBLIC_URL: 'as above' },
  billing: {
    SKEP_PAYMENTS: 'stripe if its keys are set, else sandbox (no real money; refused when NODE_ENV=production); or off',
    STRIPE_SECRET_KEY: 'none; required for payments when NODE_ENV=production',
    STRIPE_PUBLISHABLE_KEY: 'none; required with STRIPE_SECRET_KEY',
    STRIPE_WEBHOOK_SECRET: 'none; comma-separated signing secrets of Stripe webhooks; required with Stripe when NODE_ENV=production',
    STRIPE_API_BASE: 'https://api.stripe.com',
    STRIPE_TIMEOUT_MS: '4000',
    SKEP_TOPUP_TOKENS_PER_DOLLAR: '1000',
    SKEP_TOPUP_MIN_CENTS: '100',
    SKEP_TOPUP_MAX_CENTS: '100000',
    SKEP_HOLD_EXPIRY_MS: '5000; interval at which expired holds are released',
    SKEP_PLAN_RENEWAL_MS: '30000; interval at which due plans are renewed',
    SKEP_PLAN_GRACE_DAYS: '7; time that a plan stays active after its renewal could not be paid',
    SKEP_PAYOUT_MIN_TOKENS: '10000; minimum payout, in credits',
    SKEP_PAYMENTS_MS: '1000; interval of auto top-ups and of checks for unconfirmed payments',
  },
  kernel: {
    SKEP_LLM_PROVIDER: 'none; API of the language model: openai or anthropic',
    SKEP_LLM_BASE_URL: "the provider's own",
    SKEP_LLM_API_KEY: 'none; local models often need no key',
    SKEP_LLM_MODEL: 'none; default model',
    SKEP_LLM_MODELS: 'none; comma-separated further models that an app may choose',
    SKEP_LLM_TIER: 'standard; price of a call that uses a model: free, economy, standard or premium',
    SKEP_LLM_TIERS: 'none; comma-separated prices of single models: model=tier',
    SKEP_LLM_TIMEOUT_MS: '60000; timeout of one prompt',
    SKEP_FEED_KEEP_DAYS: '7; time that events can be replayed',
    SKEP_FEED_KEEP_ROWS: '1000000; maximum number of events that can be replayed',
    SKEP_CALLS_AT_ONCE: '16; concurrent calls per user',
    SKEP_SMOKE_RUNS_AT_ONCE: '2; concurrent smoke runs per user',
  },
};

/** The settings of `npm start` itself. */
export const launcherSettings = {
  PORT: '8080; port of the public API',
  HOST: '127.0.0.1; address of the public API; 0.0.0.0 for all',
  SKEP_DATA: '.data; data folder: databases, streams, e-mails, logs, secrets.env',
  DATABASE_URL: 'embedded; URL of another Postgres, with a role that may create roles and databases',
  NATS_URL: 'embedded; URL of another NATS with JetStream and the users of deploy/nats.conf',
};

/** The settings of `npm run skep`, to reach an installation other than the one in this checkout. */
export const operatorSettings = {
  SKEP_URL: 'URL of its public API',
  SKEP_SERVICE_TOKEN: 'one of its service tokens',
  NATS_URL: 'its NATS',
  OPERATOR_NATS_PASSWORD: 'password of the NATS user operator',
};

/** The settings of every service. */
export const commonSettings = {
  LOG_LEVEL: 'info; trace, debug, info, warn, error, fatal, silent',
  NODE_ENV: 'development; production refuses settings that are only for development',
};

/** The settings of every service with a database. */
export const databaseSettings = {
  DATABASE_POOL: '10; Postgres connections per service',
  SKEP_TENANT_SCOPE: 'pipelined; or statement: slower, without anything that the Postgres client does not document',
};

/**
 * The settings of a service, out of everything that is set.
 * @param {string} name
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>}
 */
export function pickSettings(name, env) {
  const { database } = services.find((service) => service.name === name);
  const names = Object.keys({ ...commonSettings, ...(database && databaseSettings), ...serviceSettings[name] });
  return Object.fromEntries(names.filter((setting) => env[setting] !== undefined).map((setting) => [setting, env[setting]]));
}
