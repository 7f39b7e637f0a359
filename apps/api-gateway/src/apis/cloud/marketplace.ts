import { marketplace } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { admin, open, optionalUser, user } from '../../route.js';
import { del, get, post, put } from '../../table.js';

export const marketplaceRoutes = [
  get('/v1/marketplace/apps', marketplace.browseApps, optionalUser()),
  get('/v1/marketplace/apps/{app_id}', marketplace.getListing, optionalUser()),
  get('/v1/marketplace/apps/{app_id}/icon', marketplace.getIcon, open(), { publicSeconds: 300 }),
  get('/v1/marketplace/apps/{app_id}/webhooks', portal.listWebhooks, open()),
  get('/v1/marketplace/apps/{app_id}/versions', marketplace.listVersions, optionalUser()),
  get('/v1/marketplace/apps/{app_id}/versions/{revision}/diff', marketplace.compareVersions, optionalUser()),
  post('/v1/marketplace/apps/{app_id}/report', marketplace.reportApp, user(), { perMinute: 10, status: 201 }),
  get('/v1/admin/reports', marketplace.listReports, admin()),
  post('/v1/admin/reports/{report_id}/resolve', marketplace.resolveReport, admin()),
  get('/v1/marketplace/categories', marketplace.listCategories, optionalUser()),
  get('/v1/marketplace/categories/catalog', marketplace.getCategoryCatalog, optionalUser()),
  get('/v1/marketplace/featured', marketplace.listFeatured, optionalUser()),
  put('/v1/admin/apps/{app_id}/featured', marketplace.featureApp, admin()),
  get('/v1/marketplace/developer/{developer_id}', marketplace.getDeveloperPage, optionalUser()),
  get('/v1/marketplace/apps/{app_id}/reviews', marketplace.listReviews, optionalUser()),
  post('/v1/marketplace/apps/{app_id}/reviews', marketplace.addReview, user(), { perMinute: 10 }),
  put('/v1/marketplace/reviews/{review_id}', marketplace.updateReview, user(), { perMinute: 20 }),
  del('/v1/marketplace/reviews/{review_id}', marketplace.deleteReview, user()),
  post('/v1/marketplace/reviews/{review_id}/vote', marketplace.voteReview, user()),
  post('/v1/marketplace/apps/{app_id}/install', marketplace.installApp, user()),
  del('/v1/marketplace/apps/{app_id}/install', marketplace.uninstallApp, user()),
];
