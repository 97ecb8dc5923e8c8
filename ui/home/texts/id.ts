import shared from '@texts/id/shared.ftl';
import own from '@texts/id/home.ftl?part=first';

export default [shared, own];
