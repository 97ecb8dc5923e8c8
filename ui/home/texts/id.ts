import shared from '@texts/id/shared.ftl';
import own from '@texts/id/home.ftl';

export default [shared, own];
