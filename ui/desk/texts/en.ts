import shared from '@texts/en/shared.ftl';
import own from '@texts/en/desk.ftl';

export default [shared, own];
