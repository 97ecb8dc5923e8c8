import shared from '@texts/id/shared.ftl';
import own from '@texts/id/desk.ftl';

export default [shared, own];
