import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../data/api.js';

/** The second factors and passkeys of the user. */
export const factorsQuery = queryOptions({ queryKey: ['factors'], queryFn: () => dataOf(api.GET('/v1/auth/factors')) });
