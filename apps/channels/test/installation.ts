import { channels } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { asAnonymous, startWhatsAppCloud, type VendorRequestOut, waitUntil, type WhatsAppCloud } from '@skep/testkit';
import { randomInt } from 'node:crypto';
import type { ChannelsHarness } from './channels.js';

/** The number of the installation at WhatsApp on loopback. */
export interface Installation {
  whatsapp: WhatsAppCloud;
  /** The settings with which channels uses it. */
  env: Record<string, string>;
}

export async function startInstallation(): Promise<Installation> {
  const whatsapp = await startWhatsAppCloud();
  const { access_token, phone_number_id, app_secret, verify_token } = whatsapp.credentials;
  return {
    whatsapp,
    env: {
      ...{ WHATSAPP_API_BASE: whatsapp.url, WHATSAPP_TOKEN: access_token, WHATSAPP_PHONE_NUMBER_ID: phone_number_id },
      ...{ WHATSAPP_APP_SECRET: app_secret, WHATSAPP_VERIFY_TOKEN: verify_token },
    },
  };
}

/** A number that has not written before. */
export const newNumber = (): string => `1555${String(randomInt(10_000_000)).padStart(7, '0')}`;

/** What people and Meta do with the number of the installation. */
export function doors(harness: Pick<ChannelsHarness, 'call'>, whatsapp: WhatsAppCloud) {
  const deliver = ({ body, ...request }: VendorRequestOut) =>
    harness.call(channels.receiveFromWhatsApp, asAnonymous(), { ...request, body: body.toString('base64') });
  const write = (from: string, text: string, more?: object) => deliver(whatsapp.request([whatsapp.message(from, text, more)]));
  const saidTo = (number: string) => whatsapp.sent.filter(({ to }) => to === number).map(({ text }) => text);
  const codesTo = (number: string) => saidTo(number).flatMap((text) => /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text)?.[0] ?? []);
  const answers = async (number: string, count = 1): Promise<string[]> => {
    await waitUntil(`${count} answers to ${number}`, () => saidTo(number).length >= count, 30_000);
    return saidTo(number);
  };
  return {
    ...{ deliver, write, saidTo, codesTo, answers },
    /** A new number that has got a code. */
    knock: async () => {
      const number = newNumber();
      await write(number, 'Hello?');
      await answers(number);
      return { number, code: codesTo(number)[0]! };
    },
    confirm: (user: Ctx, code: string, more: { channel?: string; phone?: string } = {}) =>
      harness.call(channels.confirmLink, user, { code, ...more }),
    links: (user: Ctx) => harness.call(channels.listLinks, user, {}),
    makeCode: (user: Ctx, idempotencyKey?: string) =>
      harness.call(channels.makeLinkCode, { ...user, ...(idempotencyKey && { idempotencyKey }) }, { channel: 'whatsapp' }),
  };
}
