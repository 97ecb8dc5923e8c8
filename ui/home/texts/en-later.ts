import device from '@texts/en/device.ftl';
import masks from '@texts/en/masks.ftl';
import own from '@texts/en/home.ftl?part=later';

export default [device, masks, own];
