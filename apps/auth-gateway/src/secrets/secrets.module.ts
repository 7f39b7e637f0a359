import { Aggregate } from '@skep/platform';
import { Passwords } from './passwords.js';

@Aggregate({ providers: [Passwords], exports: [Passwords] })
export class SecretsModule {}
