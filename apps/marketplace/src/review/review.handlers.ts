import {
  type AddReview as AddInput,
  type ListReviews,
  marketplace,
  type ReviewRef,
  type UpdateReview,
  type VoteReview,
} from '@skep/contracts/marketplace';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AddReview } from './add-review.js';
import { ReviewRepository } from './review.repository.js';

@Handlers()
export class ReviewHandlers {
  constructor(
    private readonly reviews: ReviewRepository,
    private readonly add: AddReview,
  ) {}

  @Handle(marketplace.listReviews)
  listReviews(ctx: Ctx, input: ListReviews) {
    return this.reviews.list(ctx, input);
  }

  @Handle(marketplace.addReview)
  addReview(ctx: Ctx, input: AddInput) {
    return this.add.run(ctx, input);
  }

  @Handle(marketplace.updateReview)
  updateReview(ctx: Ctx, input: UpdateReview) {
    return this.reviews.update(ctx, input);
  }

  @Handle(marketplace.deleteReview)
  async deleteReview(ctx: Ctx, { review_id }: ReviewRef) {
    await this.reviews.delete(ctx, review_id);
    return { id: review_id, status: 'deleted' };
  }

  @Handle(marketplace.voteReview)
  async voteReview(ctx: Ctx, input: VoteReview) {
    const { review_id, helpful } = input;
    return { review_id, helpful, ...(await this.reviews.vote(ctx, input)) };
  }
}
