import { type ModelConfig, type ModelSource, readConfig, type SettingsDocument } from './model-config.js';

/** Who pays a provider: the operator, the tenant or the person who gave the key. */
export type Payer = 'operator' | 'platform' | 'tenant' | 'user';

/** What applies to one person. */
export interface EffectiveSettings {
  /** Where models are asked, best first; those of one owner. Empty if there is no language model. */
  sources: readonly ModelSource[];
  payer: Payer;
  /** The model that is asked if none is requested, or one that is not listed. Undefined: that of the source. */
  model?: string | undefined;
  /** Tokens in a month; undefined for no limit. */
  limits: { tenant: number | undefined; user: number | undefined };
}

interface Layer extends ModelConfig {
  payer: Payer;
}

/**
 * The settings that apply: those of the installation, of the tenant, of the person's role and of the person; what is enforced wins. A provider
 * comes with its key and address from one layer, so that no key is sent to an address of another owner.
 */
export function effectiveSettings(
  operator: ModelConfig,
  [installation, tenant, user]: readonly [SettingsDocument, SettingsDocument, SettingsDocument],
  role: string,
): EffectiveSettings {
  const ofRole = ({ role_defaults }: SettingsDocument) =>
    (Object.hasOwn(role_defaults, role) ? role_defaults[role] : {}) as Record<string, unknown>;
  const layer = (payer: Payer, config: Record<string, unknown>): Layer => ({ payer, ...readConfig(config, []) });
  // The last one wins.
  const layers: Layer[] = [
    { payer: 'operator', ...operator },
    layer('platform', installation.config),
    layer('platform', ofRole(installation)),
    layer('tenant', tenant.config),
    layer('tenant', ofRole(tenant)),
    layer('user', user.config),
    layer('tenant', tenant.enforced),
    layer('platform', installation.enforced),
  ];
  const at = layers.findLastIndex(({ sources }) => sources);
  const { sources = [], payer = 'operator' } = layers[at] ?? {};
  const last = <T>(read: (layer: Layer) => T | undefined) => layers.map(read).findLast((value) => value !== undefined);
  return {
    ...{ sources, payer },
    model: layers.slice(at + 1).findLast(({ model }) => model !== undefined)?.model,
    limits: {
      tenant: last(({ payer, monthly_tokens }) => (payer === 'user' ? undefined : monthly_tokens)),
      user: last(({ payer, monthly_tokens, person_monthly_tokens }) => (payer === 'user' ? monthly_tokens : person_monthly_tokens)),
    },
  };
}
