import shared from '@texts/en/shared.ftl';
import own from '@texts/en/home.ftl';

export default [shared, own];
