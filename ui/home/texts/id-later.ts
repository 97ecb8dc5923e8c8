import device from '@texts/id/device.ftl';
import own from '@texts/id/home.ftl?part=later';

export default [device, own];
