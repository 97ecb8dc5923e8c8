import device from '@texts/en/device.ftl';
import own from '@texts/en/home.ftl?part=later';

export default [device, own];
