export { ListingPage } from './listing.js';
export { Marketplace } from './marketplace.js';
