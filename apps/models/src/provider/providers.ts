/** The protocol that a provider speaks. `compatible`: OpenAI's chat completions, as others offer them. */
export type Wire = 'openai' | 'anthropic' | 'google' | 'compatible';

interface Builtin {
  wire: Wire;
  base_url: string;
  display_name: string;
  /** The model that is asked if neither request nor settings name one. */
  default_model: string;
}

/** The providers that Skep knows. */
export const BUILTIN_PROVIDERS: Readonly<Record<string, Builtin>> = {
  openrouter: {
    ...{ wire: 'compatible', base_url: 'https://openrouter.ai/api/v1' },
    ...{ display_name: 'OpenRouter', default_model: 'openrouter/auto' },
  },
  anthropic: {
    ...{ wire: 'anthropic', base_url: 'https://api.anthropic.com/v1' },
    ...{ display_name: 'Anthropic', default_model: 'claude-sonnet-4-20250514' },
  },
  openai: { wire: 'openai', base_url: 'https://api.openai.com/v1', display_name: 'OpenAI', default_model: 'gpt-5-mini' },
  google: {
    ...{ wire: 'google', base_url: 'https://generativelanguage.googleapis.com/v1beta' },
    ...{ display_name: 'Google', default_model: 'gemini-2.5-flash' },
  },
  xai: { wire: 'compatible', base_url: 'https://api.x.ai/v1', display_name: 'xAI', default_model: 'grok-4' },
  nvidia: {
    ...{ wire: 'compatible', base_url: 'https://integrate.api.nvidia.com/v1' },
    ...{ display_name: 'NVIDIA', default_model: 'meta/llama-3.3-70b-instruct' },
  },
  ollama: { wire: 'compatible', base_url: 'http://127.0.0.1:11434/v1', display_name: 'Ollama', default_model: 'llama3.2' },
};

/** A model server beside Skep that needs no key. */
export const LOCAL_PROVIDER = 'ollama';

export const PROVIDER_NAMES = Object.keys(BUILTIN_PROVIDERS);

/** Where a model is asked, and with which key. */
export interface Endpoint {
  provider: string;
  wire: Wire;
  base_url: string;
  api_key: string;
  /** Whether a person or a tenant gave the address: it is then reached as `Outbound` allows. */
  isForeign: boolean;
}

/**
 * The endpoint of a provider. One that Skep does not know needs a base URL, and speaks OpenAI's chat completions; so does OpenAI elsewhere.
 * Undefined if there is no address.
 */
export function endpointOf(provider: string, base_url: string | undefined, api_key: string, isForeign: boolean): Endpoint | undefined {
  const known = Object.hasOwn(BUILTIN_PROVIDERS, provider) ? BUILTIN_PROVIDERS[provider] : undefined;
  if (!base_url) {
    if (!known) return undefined;
    return { provider, wire: known.wire, base_url: known.base_url, api_key, isForeign: isForeign && known.base_url.startsWith('http:') };
  }
  const wire = !known || known.wire === 'openai' ? 'compatible' : known.wire;
  const bare = base_url.replace(/\/+$/, '');
  return { provider, wire, base_url: wire === 'anthropic' && !bare.endsWith('/v1') ? `${bare}/v1` : bare, api_key, isForeign };
}
