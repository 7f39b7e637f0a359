import { Aggregate } from '@skep/platform';
import { Passwords } from './passwords.js';
import { Vault } from './vault.js';

@Aggregate({ providers: [Passwords, Vault], exports: [Passwords, Vault] })
export class SecretsModule {}
