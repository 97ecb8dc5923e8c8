import shared from '@texts/en/shared.ftl';
import device from '@texts/en/device.ftl';
import watch from '@texts/en/watch.ftl';
import eyes from '@texts/en/eyes.ftl';
import masks from '@texts/en/masks.ftl';
import own from '@texts/en/desk.ftl';

export default [shared, device, watch, eyes, masks, own];
