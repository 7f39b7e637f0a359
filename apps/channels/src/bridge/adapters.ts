import { Injectable } from '@nestjs/common';
import { ChannelsConfig } from '../channels.config.js';
import { OutboundClient } from '../outbound/outbound-client.js';
import { PollingClient } from '../outbound/polling-client.js';
import type { Adapter } from './adapter.js';
import { CoachAdapter } from './adapters/coach.js';
import { DiscordAdapter } from './adapters/discord.js';
import { SlackAdapter } from './adapters/slack.js';
import { TelegramAdapter } from './adapters/telegram.js';
import { WebAdapter } from './adapters/web.js';
import { WhatsAppAdapter } from './adapters/whatsapp.js';

/** The vendors of chats that Skep knows. */
@Injectable()
export class Adapters {
  /** The number of the installation, which no one sets up. */
  readonly coach: CoachAdapter;
  private readonly byName: ReadonlyMap<string, Adapter>;

  constructor(config: ChannelsConfig, outbound: OutboundClient, polling: PollingClient) {
    this.coach = new CoachAdapter(config, outbound);
    const all: Adapter[] = [
      new TelegramAdapter(config.TELEGRAM_API_BASE, outbound, polling),
      new WhatsAppAdapter(config.WHATSAPP_API_BASE, outbound),
      new SlackAdapter(config.SLACK_API_BASE, outbound),
      new DiscordAdapter(config.DISCORD_API_BASE, outbound),
      new WebAdapter(),
    ];
    this.byName = new Map(all.map((adapter) => [adapter.name, adapter]));
  }

  list(): Adapter[] {
    return [...this.byName.values()];
  }

  find(name: string): Adapter | undefined {
    return this.byName.get(name);
  }

  /** The adapter of a channel that a user has. @throws Error if this release does not know it */
  get(name: string): Adapter {
    const adapter = name === this.coach.name ? this.coach : this.byName.get(name);
    if (!adapter) throw new Error(`there is no adapter for the channel '${name}'`);
    return adapter;
  }
}
