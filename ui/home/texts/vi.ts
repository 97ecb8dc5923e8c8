import shared from '@texts/vi/shared.ftl';
import own from '@texts/vi/home.ftl';

export default [shared, own];
