import { Text } from '@skep/contracts';
import { SealingConfig, type SettingFault } from '@skep/platform';
import { VENDORS, type VendorId, vendorIds } from './vendors.js';

const ClientId = (name: string) => Text({ max: 500, example: '4711', description: `Id of the OAuth client at ${name}.` });
const ClientSecret = (name: string) => Text({ max: 2000, example: 's3cr3t', description: `Secret of the OAuth client at ${name}.` });
const Address = (name: string, what: string) => Text({ max: 2000, description: `${what} of ${name}.` });
const AuthorizeUrl = (name: string) => Address(name, 'OAuth authorization address');
const TokenUrl = (name: string) => Address(name, 'OAuth token address');
const RevokeUrl = (name: string) => Address(name, 'Address for revoking access');
const WebhookSecret = (name: string, setting: string) =>
  Text({
    max: 400,
    example: '$(openssl rand -hex 16)',
    description: `End of the address at which ${name} delivers, ${setting}; during a change \`new,old\`. Without it deliveries are refused.`,
  });
const ApiBase = (name: string) => Address(name, 'Base URL of the API');

type VendorSetting = 'CLIENT_ID' | 'CLIENT_SECRET' | 'AUTHORIZE_URL' | 'TOKEN_URL' | 'REVOKE_URL' | 'API_BASE';
type VendorSettings = Record<`${Uppercase<VendorId>}_${VendorSetting}`, string>;

/** The settings of health providers and of Terra. */
export class HealthSettings extends SealingConfig implements VendorSettings {
  @ClientId('Garmin') GARMIN_CLIENT_ID: string = '';
  @ClientSecret('Garmin') GARMIN_CLIENT_SECRET: string = '';
  @AuthorizeUrl('Garmin') GARMIN_AUTHORIZE_URL: string = VENDORS.garmin.authorize_url;
  @TokenUrl('Garmin') GARMIN_TOKEN_URL: string = VENDORS.garmin.token_url;
  @RevokeUrl('Garmin') GARMIN_REVOKE_URL: string = VENDORS.garmin.revoke_url;
  @ApiBase('Garmin') GARMIN_API_BASE: string = VENDORS.garmin.api_base;
  @WebhookSecret('Garmin', '`/garmin_webhooks/<secret>`') GARMIN_WEBHOOK_SECRET: string = '';

  @ClientId('Strava') STRAVA_CLIENT_ID: string = '';
  @ClientSecret('Strava') STRAVA_CLIENT_SECRET: string = '';
  @AuthorizeUrl('Strava') STRAVA_AUTHORIZE_URL: string = VENDORS.strava.authorize_url;
  @TokenUrl('Strava') STRAVA_TOKEN_URL: string = VENDORS.strava.token_url;
  @RevokeUrl('Strava') STRAVA_REVOKE_URL: string = VENDORS.strava.revoke_url;
  @ApiBase('Strava') STRAVA_API_BASE: string = VENDORS.strava.api_base;
  @WebhookSecret('Strava', '`/strava_webhooks/<secret>`, and the verify token') STRAVA_WEBHOOK_SECRET: string = '';

  @ClientId('WHOOP') WHOOP_CLIENT_ID: string = '';
  @ClientSecret('WHOOP') WHOOP_CLIENT_SECRET: string = '';
  @AuthorizeUrl('WHOOP') WHOOP_AUTHORIZE_URL: string = VENDORS.whoop.authorize_url;
  @TokenUrl('WHOOP') WHOOP_TOKEN_URL: string = VENDORS.whoop.token_url;
  @RevokeUrl('WHOOP') WHOOP_REVOKE_URL: string = VENDORS.whoop.revoke_url;
  @ApiBase('WHOOP') WHOOP_API_BASE: string = VENDORS.whoop.api_base;

  @ClientId('Oura') OURA_CLIENT_ID: string = '';
  @ClientSecret('Oura') OURA_CLIENT_SECRET: string = '';
  @AuthorizeUrl('Oura') OURA_AUTHORIZE_URL: string = VENDORS.oura.authorize_url;
  @TokenUrl('Oura') OURA_TOKEN_URL: string = VENDORS.oura.token_url;
  @RevokeUrl('Oura') OURA_REVOKE_URL: string = VENDORS.oura.revoke_url;
  @ApiBase('Oura') OURA_API_BASE: string = VENDORS.oura.api_base;

  @Text({ max: 500, example: 'acme-prod-4711', description: 'Developer id at Terra.' }) TERRA_DEV_ID: string = '';
  @Text({ max: 500, example: '5f0c2a', description: 'API key at Terra.' }) TERRA_API_KEY: string = '';
  @Text({
    max: 2000,
    example: '9b1e7d',
    description:
      'Secret with which Terra signs its webhooks, which is not the API key; during a change `new,old`. Without it they are refused.',
  })
  TERRA_SIGNING_SECRET: string = '';
  @Text({ max: 2000, description: 'Base URL of the API of Terra.' }) TERRA_API_BASE: string = 'https://access.tryterra.co/api/v2';
  @Text({ max: 2000, description: 'Address at which Terra opens widget sessions. Its sources disagree on the path.' })
  TERRA_WIDGET_URL: string = 'https://access.tryterra.co/api/widget/session';

  override notConfigured(): Record<string, readonly string[]> {
    const unset = vendorIds.filter((id) => !this.vendor(id, 'CLIENT_ID'));
    return {
      ...Object.fromEntries(unset.map((id) => [VENDORS[id].name, clientSettingsOf(id)])),
      ...(!this.TERRA_DEV_ID && { Terra: ['TERRA_DEV_ID', 'TERRA_API_KEY'] }),
      ...(!this.STRAVA_WEBHOOK_SECRET && { 'Strava webhooks': ['STRAVA_WEBHOOK_SECRET'] }),
      ...(!this.GARMIN_WEBHOOK_SECRET && { 'Garmin webhooks': ['GARMIN_WEBHOOK_SECRET'] }),
      ...(!this.TERRA_SIGNING_SECRET && { 'Terra webhooks': ['TERRA_SIGNING_SECRET'] }),
    };
  }

  override faults(): SettingFault[] {
    const pairs = [...vendorIds.map(clientSettingsOf), ['TERRA_DEV_ID', 'TERRA_API_KEY'] as const];
    const halves = pairs.flatMap(([id, secret]): SettingFault[] =>
      !this[id] === !this[secret]
        ? []
        : [
            this[id]
              ? { setting: secret, fault: `must be set together with ${id}` }
              : { setting: id, fault: `must be set together with ${secret}` },
          ],
    );
    const ofVendors = vendorIds.flatMap((id) =>
      (['AUTHORIZE_URL', 'TOKEN_URL', 'REVOKE_URL', 'API_BASE'] as const).map((what) => settingOf(id, what)),
    );
    const addresses = [...ofVendors, 'TERRA_API_BASE', 'TERRA_WIDGET_URL'] as const;
    const malformed = addresses.filter((setting) => !/^https?:$/.test(URL.parse(this[setting])?.protocol ?? ''));
    return [...super.faults(), ...halves, ...malformed.map((setting) => ({ setting, fault: 'must be an http or https address' }))];
  }

  /** A setting of a vendor. */
  vendor(id: VendorId, what: VendorSetting): string {
    return this[settingOf(id, what)];
  }
}

const settingOf = <S extends VendorSetting>(id: VendorId, what: S) => `${id.toUpperCase() as Uppercase<VendorId>}_${what}` as const;

/** The settings without which a vendor cannot be connected. */
export const clientSettingsOf = (id: VendorId) => [settingOf(id, 'CLIENT_ID'), settingOf(id, 'CLIENT_SECRET')] as const;
