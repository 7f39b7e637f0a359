import { Injectable } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { WalletEntity } from './wallet.entity.js';

@Injectable()
export class WalletService {
  constructor(@InjectRepository(WalletEntity) private readonly wallets: Repository<WalletEntity>) {}

  async getBalance(tenant_id: string, user_id: string) {
    const wallet = await this.wallets.findOneBy({ tenant_id, user_id });
    if (!wallet) throw new RpcException('Wallet not found');
    const balance = Number(wallet.balance);
    const included_tokens = Number(wallet.included_tokens);
    const held = Number(wallet.held);
    const { plan, status, updated_at } = wallet;
    return { balance, currency: 'token', updated_at, plan, status, cap: Math.max(balance, included_tokens), included_tokens, held };
  }
}
