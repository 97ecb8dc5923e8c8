import shared from '@texts/en/shared.ftl';
import own from '@texts/en/home.ftl?part=first';

export default [shared, own];
