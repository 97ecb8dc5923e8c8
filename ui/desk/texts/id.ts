import shared from '@texts/id/shared.ftl';
import device from '@texts/id/device.ftl';
import watch from '@texts/id/watch.ftl';
import eyes from '@texts/id/eyes.ftl';
import masks from '@texts/id/masks.ftl';
import own from '@texts/id/desk.ftl';

export default [shared, device, watch, eyes, masks, own];
