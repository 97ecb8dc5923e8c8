import shared from '@texts/en/shared.ftl';
import device from '@texts/en/device.ftl';
import own from '@texts/en/desk.ftl';

export default [shared, device, own];
