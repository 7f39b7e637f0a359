import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Instant, Int, List, Nullable, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { bridgeDocs } from './bridge.js';
import { chatDocs } from './inbox.js';

const PairingText = () => Text({ min: 6, max: 12, description: 'The code that the contact got.', example: 'K7QXM2PD' });

@Shape('A code of a contact.')
export class PairingCodeRef {
  @PairingText() code!: string;
}

@Shape('A contact who is answered once you verify their code.')
export class PairingCode {
  @PairingText() code!: string;
  @Text(bridgeDocs.channel) channel!: string;
  @Text(chatDocs.contact_id) contact_id!: string;
  @Nullable() @Text(chatDocs.contact_name) contact_name!: string | null;
  @Instant({ description: 'When the contact got it.', example: '2026-06-21T09:30:00Z' }) created_at!: Date;
  @Instant({ description: 'Until when it can be verified.', example: '2026-06-21T10:30:00Z' }) expires_at!: Date;
}

@Shape('Codes that wait.')
export class PairingCodeList {
  @List(() => PairingCode, { description: 'The newest first.' }) pending!: PairingCode[];
  @Int({ description: 'How many there are.', example: 1 }) count!: number;
}

@Shape('A contact who is answered from now on.')
export class PairedContact {
  @Text({ description: 'Always `paired`.', example: 'paired' }) status!: string;
  @Text(bridgeDocs.channel) channel!: string;
  @Text(chatDocs.contact_id) contact_id!: string;
  @Nullable() @Text(chatDocs.contact_name) contact_name!: string | null;
}

@Shape('A code was revoked.')
export class PairingCodeRevoked {
  @Text({ description: 'Always `revoked`.', example: 'revoked' }) status!: string;
}

export const InvalidPairingCode = problem('invalid_pairing_code', 404, 'Invalid or expired pairing code');
export const PairingCodeNotFound = problem('pairing_code_not_found', 404, 'Pairing code not found');

const SCOPE = 'agent:use';

export const pairingMembers = {
  verifyPairingCode: operation('Answer a contact from now on', {
    description: 'The contact got the code on the channel, and told it to you. It works once.',
    input: PairingCodeRef,
    output: PairedContact,
    problems: [InvalidPairingCode],
    scope: SCOPE,
  }),
  listPairingCodes: operation('List the contacts who wait', {
    description: 'Codes that have neither been verified nor expired.',
    input: Empty,
    output: PairingCodeList,
    scope: SCOPE,
  }),
  revokePairingCode: operation('Take a code back', {
    description: 'It can no longer be verified.',
    input: PairingCodeRef,
    output: PairingCodeRevoked,
    problems: [PairingCodeNotFound],
    scope: SCOPE,
  }),
};
