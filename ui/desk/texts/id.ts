import shared from '@texts/id/shared.ftl';
import device from '@texts/id/device.ftl';
import own from '@texts/id/desk.ftl';

export default [shared, device, own];
