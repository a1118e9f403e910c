export { reviewEvent, type ReviewEvent, type ReviewEventFields, type ReviewResponse, type ReviewResult, type ReviewSender } from './review-event';
export type { ReplaceOptions, ReviewContext, Sender, Verdict } from './review-context';
export { reviewHandler, type ReviewHandlerOptions } from './review-handler';
