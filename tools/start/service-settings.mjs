import { services } from './services.mjs';

/**
 * What an operator may set, by the service that reads it, with a default and a word about it. A service is given its own settings
 * and no other's: a secret goes to the one that needs it. tools/test/service-settings.spec.mjs compares this with the code.
 * @type {Readonly<Record<string, Readonly<Record<string, string>>>>}
 */
export const serviceSettings = {
  'api-gateway': {
    SKEP_SERVICE_TOKEN: 'grants access to service-only routes; generated; several as name:token,name:token, each of 16 characters or more',
    SKEP_PUBLIC_URL:
      'http://HOST:PORT; where people open it: links in mails, passkeys, URLs of icons, and with https Secure cookies and HSTS',
    SKEP_RATE_LIMITS: 'on; name=number pairs by commas, such as auth.login=50; off for load tests, refused when NODE_ENV=production',
    SKEP_RATE_LIMIT_EXEMPT: 'none; networks that limits by network address do not apply to: 203.0.113.0/24, by commas',
    SKEP_CORS_ORIGINS: 'none; origins that browsers may call from, by commas',
    SKEP_TRUST_PROXY: 'none; whose X-Forwarded-For to believe: how many proxies, or their addresses',
    SKEP_MAX_STREAMS: '20; event streams one person may hold open',
    SKEP_REQUEST_TIMEOUT_MS: '30000; within which a request must have arrived, its body included',
    SKEP_DRAIN_SECONDS: '0; how long to keep serving after SIGTERM, while load balancers notice',
  },
  'auth-gateway': {
    SKEP_ADMIN_EMAIL: 'admin@skep.local; the first administrator',
    SKEP_ADMIN_PASSWORD: 'generated',
    SKEP_ENCRYPTION_KEY: '32 bytes, base64url; generated; opens signing keys and waiting mails',
    SKEP_PUBLIC_URL: 'as above',
    SMTP_URL: 'none: every mail is a file under SKEP_DATA/mail; required when NODE_ENV=production',
    SKEP_MAIL_FROM: 'Skep <no-reply@skep.local>',
    ACCESS_TOKEN_SECONDS: '3600',
    REFRESH_GRACE_SECONDS: '30; how long a used refresh token may come again',
    SESSION_IDLE_DAYS: '30; without a refresh',
    SESSION_DAYS: '90; in any case',
    SKEP_RATE_LIMITS: 'as above',
  },
  marketplace: { SKEP_PUBLIC_URL: 'as above' },
  billing: {
    SKEP_PAYMENTS: 'stripe with its keys, else sandbox, which is not real and refused when NODE_ENV=production; or off',
    STRIPE_SECRET_KEY: 'none; required for payments when NODE_ENV=production',
    STRIPE_PUBLISHABLE_KEY: 'together with the one before',
    STRIPE_WEBHOOK_SECRET: 'none; what Stripe signs its messages with, several by commas; required with Stripe when NODE_ENV=production',
    STRIPE_API_BASE: 'https://api.stripe.com',
    STRIPE_TIMEOUT_MS: '4000',
    SKEP_TOPUP_TOKENS_PER_DOLLAR: '1000',
    SKEP_TOPUP_MIN_CENTS: '100',
    SKEP_TOPUP_MAX_CENTS: '100000',
    SKEP_HOLD_EXPIRY_MS: '5000; how often credits held by calls that never ended are given back',
    SKEP_PLAN_RENEWAL_MS: '30000; how often it is looked which plans are due',
    SKEP_PLAN_GRACE_DAYS: '7; how long a plan stays in effect when its renewal is not paid',
    SKEP_PAYOUT_MIN_TOKENS: '10000; the least that a developer’s payout may ask for, in credits',
    SKEP_PAYMENTS_MS: '1000; how often wallets that ran low and payments that nobody confirmed are looked for',
  },
  kernel: {
    SKEP_LLM_PROVIDER: 'none; openai or anthropic: the protocol that the language model speaks',
    SKEP_LLM_BASE_URL: "the provider's own",
    SKEP_LLM_API_KEY: 'none; local models often need none',
    SKEP_LLM_MODEL: 'none; the model that answers',
    SKEP_LLM_MODELS: 'none; more models that an app may choose, by commas',
    SKEP_LLM_TIER: 'standard; free, economy, standard or premium: what a call that asks a model costs',
    SKEP_LLM_TIERS: 'none; tiers of single models: model=tier, by commas',
    SKEP_LLM_TIMEOUT_MS: '60000; for one prompt',
    SKEP_FEED_KEEP_DAYS: '7; how long events can be read again',
    SKEP_FEED_KEEP_ROWS: '1000000; how many of them',
    SKEP_CALLS_AT_ONCE: '16; how many calls one person may have under way at once',
    SKEP_SMOKE_RUNS_AT_ONCE: '2; how many smoke runs one person may have under way at once',
  },
};

/** What `npm start` itself reads. */
export const launcherSettings = {
  PORT: '8080; where the public API listens',
  HOST: '127.0.0.1; its address, 0.0.0.0 for all',
  SKEP_DATA: '.data; the data folder: databases, streams, mail, logs, secrets.env',
  DATABASE_URL: 'a Postgres instead of the embedded one, as a role that may create roles and databases',
  NATS_URL: 'a NATS with JetStream instead of the embedded one, with the users of deploy/nats.conf',
};

/** What the commands of `npm run skep` read, to reach another installation than the one beside them. */
export const operatorSettings = {
  SKEP_URL: 'where the public API of the installation is',
  SKEP_SERVICE_TOKEN: 'one of its service tokens',
  NATS_URL: 'its NATS',
  OPERATOR_NATS_PASSWORD: 'the password of the NATS user operator',
};

/** What every service reads. */
export const commonSettings = {
  LOG_LEVEL: 'info; trace, debug, info, warn, error, fatal, silent',
  NODE_ENV: 'development; production refuses what is for trying things out',
  DATABASE_POOL: '10; connections of each service to Postgres',
};

/**
 * The settings of a service, out of everything that is set.
 * @param {string} name
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>}
 */
export function pickSettings(name, env) {
  const { database } = services.find((service) => service.name === name);
  const common = Object.keys(commonSettings).filter((setting) => database || setting !== 'DATABASE_POOL');
  const names = [...common, ...Object.keys(serviceSettings[name] ?? {})];
  return Object.fromEntries(names.filter((setting) => env[setting] !== undefined).map((setting) => [setting, env[setting]]));
}
