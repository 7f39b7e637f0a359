import { auth } from '@skep/contracts/auth';
import { Aggregate } from '@skep/platform';
import { ListingModule } from '../listing/listing.module.js';
import { AddReview } from './add-review.js';
import { AppUseEntity } from './app-use.entity.js';
import { AppUses } from './app-uses.js';
import { Ratings } from './ratings.js';
import { FormerReviewEntity, ReviewEntity, ReviewVoteEntity } from './review.entity.js';
import { ReviewHandlers } from './review.handlers.js';
import { ReviewRepository } from './review.repository.js';

@Aggregate({
  entities: [AppUseEntity, ReviewEntity, FormerReviewEntity, ReviewVoteEntity],
  imports: [ListingModule],
  handlers: [ReviewHandlers],
  providers: [AppUses, Ratings, ReviewRepository, AddReview],
  exports: [AppUses, ReviewRepository],
  calls: [auth.getNickname],
})
export class ReviewModule {}
