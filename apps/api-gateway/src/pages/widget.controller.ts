import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { WIDGET_SCRIPT } from './widget-script.js';

/** The script that pages of other origins embed. */
@Controller()
export class WidgetController {
  @Get('/widget.js')
  script(@Res() reply: FastifyReply): void {
    void reply.headers({ 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'public, max-age=3600' });
    void reply.type('text/javascript; charset=utf-8').send(WIDGET_SCRIPT);
  }
}
