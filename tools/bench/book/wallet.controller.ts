import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { GetBalanceDto } from './get-balance.dto.js';
import { WalletService } from './wallet.service.js';

@Controller()
export class WalletController {
  constructor(private readonly wallets: WalletService) {}

  @MessagePattern({ cmd: 'get_balance' })
  getBalance(@Payload() { tenant_id, user_id }: GetBalanceDto) {
    return this.wallets.getBalance(tenant_id, user_id);
  }
}
