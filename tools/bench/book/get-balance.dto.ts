import { IsNotEmpty, IsString } from 'class-validator';

export class GetBalanceDto {
  @IsString() @IsNotEmpty() tenant_id: string;
  @IsString() @IsNotEmpty() user_id: string;
}
