import shared from '@texts/vi/shared.ftl';
import own from '@texts/vi/home.ftl?part=first';

export default [shared, own];
