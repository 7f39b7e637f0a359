export { WalletPage } from './wallet.js';
