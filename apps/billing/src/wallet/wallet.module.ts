import { Aggregate } from '@skep/platform';
import { WalletEntity } from './wallet.entity.js';
import { WalletHandlers } from './wallet.handlers.js';
import { WalletRepository } from './wallet.repository.js';

@Aggregate({ readOnly: [WalletEntity], handlers: [WalletHandlers], providers: [WalletRepository], exports: [WalletRepository] })
export class WalletModule {}
