import shared from '@texts/vi/shared.ftl';
import device from '@texts/vi/device.ftl';
import watch from '@texts/vi/watch.ftl';
import eyes from '@texts/vi/eyes.ftl';
import masks from '@texts/vi/masks.ftl';
import own from '@texts/vi/desk.ftl';

export default [shared, device, watch, eyes, masks, own];
