import { App } from 'aws-cdk-lib';
import { OwnReviewStack } from './own-review-stack';

// Without env, the stack is deployed to the account and region of your credentials.
new OwnReviewStack(new App(), 'OwnReview');
