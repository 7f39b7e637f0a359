import { Aggregate, keepForEver } from '@skep/platform';
import { LedgerAccountEntity } from './ledger-account.entity.js';
import { LedgerEntryEntity } from './ledger-entry.entity.js';
import { LedgerTransactionEntity } from './ledger-transaction.entity.js';

/** Only SQL functions write the ledger (docs/adr/0010). */
@Aggregate({
  readOnly: [LedgerAccountEntity, LedgerTransactionEntity, LedgerEntryEntity],
  retention: [LedgerTransactionEntity, LedgerEntryEntity].map((entity) => keepForEver(entity, 'the ledger explains every balance')),
})
export class LedgerModule {}
