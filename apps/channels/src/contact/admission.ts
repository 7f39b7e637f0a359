import type { Incoming } from '../bridge/adapter.js';
import type { BridgeEntity } from '../bridge/bridge.entity.js';

/** What becomes of a message: it is answered, its sender gets a code, or nothing is said. It is in the inbox in any case. */
export type Admission = 'admitted' | 'pairing' | 'ignored';

const EVERYONE = '*';

/**
 * Whether a contact may see something of the person: one that they have named or paired. Others,
 * admitted by the policy `open` or in a known group, are guests.
 */
export const isTrusted = ({ allow }: Pick<BridgeEntity, 'allow'>, contact_id: string): boolean =>
  allow.includes(contact_id) || allow.includes(EVERYONE);

/** Decides by the bridge's policy. In a group a code would be seen by others, so a stranger there gets none. */
export function admissionOf(
  bridge: Pick<BridgeEntity, 'dm_policy' | 'allow' | 'mention_required'>,
  { chat, sender, is_to_bot }: Pick<Incoming, 'chat' | 'sender' | 'is_to_bot'>,
): Admission {
  const { dm_policy, allow, mention_required } = bridge;
  const isKnown = dm_policy === 'open' || isTrusted(bridge, sender.id) || (chat.type === 'group' && allow.includes(chat.group ?? chat.id));
  if (chat.type === 'group') return isKnown && (is_to_bot || !mention_required) ? 'admitted' : 'ignored';
  if (isKnown) return 'admitted';
  return dm_policy === 'pairing' ? 'pairing' : 'ignored';
}
