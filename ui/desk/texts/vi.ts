import shared from '@texts/vi/shared.ftl';
import own from '@texts/vi/desk.ftl';

export default [shared, own];
