import { AppRef, Cursor, IDS } from '../common.js';
import { operation, page } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { AppNotFound } from './listing.js';

export const REVIEW_SORTS = ['helpful', 'newest', 'oldest', 'highest', 'lowest'] as const;
export type ReviewSort = (typeof REVIEW_SORTS)[number];

const docs = {
  id: { description: 'Id of the review.', example: 41 },
  rating: { description: 'Stars, from 1 to 5.', example: 4 },
  title: { description: 'A headline.', example: 'Keeps what I read' },
  body: { description: 'The review, 20 to 5,000 characters.', example: 'It found every link of mine for a year.' },
  helpful_count: { description: 'How many users find the review helpful.', example: 7 },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies a review.')
export class ReviewRef {
  @Int({ min: 1, ...docs.id }) review_id!: number;
}

@Shape('Which reviews of an app to return.')
export class ListReviews extends AppRef {
  @OneOf(REVIEW_SORTS, { description: 'Order: most helpful, newest, oldest, most stars or fewest stars first.' }) sort: ReviewSort =
    'helpful';
  @Int({ min: 1, max: 100_000, description: 'Page number; the first page is 1.' }) page: number = 1;
  @Int({ min: 1, max: 50, description: 'Reviews per page.' }) per_page: number = 20;
  @Cursor() cursor?: string;
}

@Shape('A review to publish.')
export class AddReview extends AppRef {
  @Int({ min: 1, max: 5, ...docs.rating }) rating!: number;
  @Text({ max: 200, ...docs.title }) title: string = '';
  @Text({ min: 20, max: 5_000, ...docs.body }) body!: string;
}

@Shape('Changes of a review. What is left out or null stays.')
export class UpdateReview extends ReviewRef {
  @Optional() @Nullable() @Int({ min: 1, max: 5, ...docs.rating }) rating?: number | null;
  @Optional() @Nullable() @Text({ max: 200, ...docs.title }) title?: string | null;
  @Optional() @Nullable() @Text({ min: 20, max: 5_000, ...docs.body }) body?: string | null;
}

@Shape('A vote on a review.')
export class VoteReview extends ReviewRef {
  @Bool({ description: 'Whether you find the review helpful.', example: true }) helpful: boolean = true;
}

@Shape('What a user who has used an app says about it.')
export class Review {
  @Int(docs.id) id!: number;
  @Text(IDS.app) app_id!: string;
  @Nullable() @Text({ description: 'Nickname of the author when they wrote the review. Null if they had none.', example: 'ada' }) author!:
    string | null;
  @Int(docs.rating) rating!: number;
  @Text(docs.title) title!: string;
  @Text(docs.body) body!: string;
  @Text({ description: 'Version of the app that was listed when the review was written or changed.', example: '1.2.0' }) version!: string;
  @Int(docs.helpful_count) helpful_count!: number;
  @Instant({ description: 'When the review was written.' }) created_at!: Date;
  @Instant({ description: 'When the review was last changed.' }) updated_at!: Date;
  @Optional()
  @Bool({ description: 'Whether you wrote the review. Absent for callers who are not signed in.', example: false })
  is_mine?: boolean;
  @Optional()
  @Nullable()
  @Bool({
    description: 'Whether you voted the review helpful. Null without a vote; absent for callers who are not signed in.',
    example: true,
  })
  user_vote?: boolean | null;
}

@Shape('The vote as it counts now.')
export class ReviewVote {
  @Int({ ...docs.id }) review_id!: number;
  @Bool({ description: 'Whether you find the review helpful.', example: true }) helpful!: boolean;
  @Int(docs.helpful_count) helpful_count!: number;
}

@Shape('The deleted review.')
export class DeletedReview {
  @Int(docs.id) id!: number;
  @Text({ description: 'Always `deleted`.', example: 'deleted' }) status!: string;
}

export const ReviewNotFound = problem('review_not_found', 404, 'Review not found.');
export const AlreadyReviewed = problem('already_reviewed', 409, 'You have already reviewed this app. Change your review instead.');
export const NotUsed = problem('not_used', 403, 'Install and use the app before you review it.');
export const OwnReview = problem('own_review', 403, 'You cannot review your own app, nor vote on your own review.');

export const reviewMembers = {
  listReviews: operation('List the reviews of an app', {
    description: 'Public. Signed-in callers also see their own votes.',
    input: ListReviews,
    output: page(Review),
    problems: [AppNotFound],
    scope: 'marketplace:read',
  }),
  addReview: operation('Review an app', {
    description:
      'One review per user and app, by users who have the app and have used it since they installed it. Its developer cannot review it.',
    input: AddReview,
    output: Review,
    problems: [AppNotFound, NotUsed, AlreadyReviewed, OwnReview],
    scope: 'marketplace:write',
    spansCalls: true,
  }),
  updateReview: operation('Change your review', {
    description: 'Earlier texts are kept for the operator.',
    input: UpdateReview,
    output: Review,
    problems: [ReviewNotFound],
    scope: 'marketplace:write',
  }),
  deleteReview: operation('Delete your review', {
    description: 'Its stars no longer count. You can write another one.',
    input: ReviewRef,
    output: DeletedReview,
    problems: [ReviewNotFound],
    scope: 'marketplace:write',
  }),
  voteReview: operation('Vote on a review', {
    description: 'One vote per user; voting again replaces it.',
    input: VoteReview,
    output: ReviewVote,
    problems: [ReviewNotFound, OwnReview],
    scope: 'marketplace:write',
  }),
};
