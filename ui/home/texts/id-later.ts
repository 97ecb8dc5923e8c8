import device from '@texts/id/device.ftl';
import masks from '@texts/id/masks.ftl';
import own from '@texts/id/home.ftl?part=later';

export default [device, masks, own];
