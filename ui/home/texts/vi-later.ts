import device from '@texts/vi/device.ftl';
import own from '@texts/vi/home.ftl?part=later';

export default [device, own];
