import { Controller, Get, Inject, Req, UseGuards } from '@nestjs/common';
import { ClientProxy } from '@nestjs/microservices';
import { AuthGuard } from '@nestjs/passport';
import { GetBalanceDto } from './get-balance.dto.js';

@Controller('v1/billing')
export class BalanceController {
  constructor(@Inject('BILLING') private readonly billing: ClientProxy) {}

  @UseGuards(AuthGuard('jwt'))
  @Get('balance')
  getBalance(@Req() request: { user: GetBalanceDto }) {
    return this.billing.send<object, GetBalanceDto>({ cmd: 'get_balance' }, request.user);
  }
}
