import type { Provider } from '../provider/providers.js';

/** A health provider with an OAuth server of its own, as the vendor publishes it. */
interface Vendor extends Pick<
  Provider,
  'authorize_url' | 'token_url' | 'revocation' | 'subject_member' | 'account_member' | 'refresh_params' | 'params'
> {
  name: string;
  api_base: string;
  revoke_url: string;
  /** Path below `api_base` of what tells whose account it is. */
  account_path: string;
  /** Path below `api_base` of what lists what the person has allowed. */
  permissions_path?: string;
  /** Asked for by default. */
  scopes: readonly string[];
  /** Asked for whatever else is: without them there is no refresh token, or no id of the person. */
  required: readonly string[];
  /** Between scopes; a space by default. */
  separator?: string;
}

export const vendorIds = ['garmin', 'strava', 'whoop', 'oura'] as const;
export type VendorId = (typeof vendorIds)[number];

export const VENDORS = {
  /** It has no scopes: the person ticks permissions, which its API lists. */
  garmin: {
    name: 'Garmin',
    authorize_url: 'https://connect.garmin.com/oauth2Confirm',
    token_url: 'https://diauth.garmin.com/di-oauth2-service/oauth/token',
    revoke_url: 'https://apis.garmin.com/wellness-api/rest/user/registration',
    revocation: 'delete',
    api_base: 'https://apis.garmin.com',
    account_path: '/wellness-api/rest/user/id',
    subject_member: 'userId',
    permissions_path: '/wellness-api/rest/user/permissions',
    scopes: [],
    required: [],
  },
  /** https://developers.strava.com/docs/authentication: what the person has ticked is in the callback. */
  strava: {
    name: 'Strava',
    authorize_url: 'https://www.strava.com/oauth/authorize',
    token_url: 'https://www.strava.com/oauth/token',
    revoke_url: 'https://www.strava.com/oauth/deauthorize',
    revocation: 'form',
    api_base: 'https://www.strava.com/api/v3',
    account_path: '/athlete',
    account_member: 'athlete',
    subject_member: 'id',
    params: { approval_prompt: 'auto' },
    scopes: ['read', 'activity:read_all', 'profile:read_all'],
    required: ['read'],
    separator: ',',
  },
  /** https://developer.whoop.com/docs/developing/oauth */
  whoop: {
    name: 'WHOOP',
    authorize_url: 'https://api.prod.whoop.com/oauth/oauth2/auth',
    token_url: 'https://api.prod.whoop.com/oauth/oauth2/token',
    revoke_url: 'https://api.prod.whoop.com/developer/v2/user/access',
    revocation: 'delete',
    api_base: 'https://api.prod.whoop.com/developer',
    account_path: '/v2/user/profile/basic',
    subject_member: 'user_id',
    refresh_params: { scope: 'offline' },
    scopes: ['read:recovery', 'read:cycles', 'read:sleep', 'read:workout', 'read:body_measurement'],
    required: ['offline', 'read:profile'],
  },
  /** https://cloud.ouraring.com/docs/authentication */
  oura: {
    name: 'Oura',
    authorize_url: 'https://cloud.ouraring.com/oauth/authorize',
    token_url: 'https://api.ouraring.com/oauth/token',
    revoke_url: 'https://api.ouraring.com/oauth/revoke',
    revocation: 'query',
    api_base: 'https://api.ouraring.com',
    account_path: '/v2/usercollection/personal_info',
    subject_member: 'id',
    scopes: ['daily', 'heartrate', 'workout', 'session', 'spo2'],
    required: ['personal'],
  },
} as const satisfies Record<VendorId, Vendor>;

export const vendorOf = (id: VendorId): Vendor => VENDORS[id];
