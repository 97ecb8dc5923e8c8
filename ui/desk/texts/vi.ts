import shared from '@texts/vi/shared.ftl';
import device from '@texts/vi/device.ftl';
import own from '@texts/vi/desk.ftl';

export default [shared, device, own];
