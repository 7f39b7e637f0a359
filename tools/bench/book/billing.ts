// A billing service as in the manuals: a Nest microservice over NATS, a controller, a service, a TypeORM repository.
import 'reflect-metadata';
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { transport } from './transport.js';
import { WalletController } from './wallet.controller.js';
import { WalletEntity } from './wallet.entity.js';
import { WalletService } from './wallet.service.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env['DATABASE_URL'], entities: [WalletEntity], synchronize: false }),
    TypeOrmModule.forFeature([WalletEntity]),
  ],
  controllers: [WalletController],
  providers: [WalletService],
})
class BillingModule {}

const app = await NestFactory.createMicroservice(BillingModule, { ...transport(), logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe());
await app.listen();
process.once('disconnect', () => process.exit()).send?.('ready');
