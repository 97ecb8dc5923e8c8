import device from '@texts/vi/device.ftl';
import masks from '@texts/vi/masks.ftl';
import own from '@texts/vi/home.ftl?part=later';

export default [device, masks, own];
