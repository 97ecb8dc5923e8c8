import { expect, test } from 'vitest';
import { cameraFacts, cameraLacks, daysLeft, doorKey, doorOf, NO_CAMERA, NO_DOOR, NO_SITE, nearestDirection, siteFacts, siteLacks } from './cameras.ts';

test('a site lacks what is not filled in, and is sent tidy', () => {
  expect(siteLacks(NO_SITE)).toBe(true);
  const whole = { ...NO_SITE, name: ' Ngã tư ', place: 'p', lat: '20.99', lon: '105.94', purpose: 'traffic', contact: 'Công an xã' };
  expect(siteLacks(whole)).toBe(false);
  expect(siteFacts(whole)).toMatchObject({ name: 'Ngã tư', keep_hours: 72, position: { lat: 20.99, lon: 105.94 } });
  expect(siteLacks({ ...whole, keep: '3 ngày' })).toBe(true);
});
test('a camera lacks a position or a site', () => {
  const whole = { ...NO_CAMERA, site: 's', name: 'Cổng', lat: '20.99', lon: '105.94' };
  expect(cameraLacks(whole)).toBe(false);
  expect(cameraLacks({ ...whole, lat: 'x' })).toBe(true);
  expect(cameraFacts({ ...whole, direction: '90' })).toMatchObject({ direction: 90, angle: 90, reach_m: 30 });
});
test('a direction is the nearest of eight', () => {
  expect([0, 22, 23, 350, 359, 180].map(nearestDirection)).toEqual([0, 0, 45, 0, 0, 180]);
});
test('another password is another door', () => {
  expect(doorKey({ ...NO_DOOR, password: 'a' })).not.toBe(doorKey({ ...NO_DOOR, password: 'b' }));
  expect(doorKey({ ...NO_DOOR, url: ' rtsp://a ' })).toBe(doorKey({ ...NO_DOOR, url: 'rtsp://a' }));
});
test('pictures over TLS never come by UDP', () => {
  const way = (values: object) => doorOf({ ...NO_DOOR, url: 'rtsp://a', ...values }).transport;
  expect([way({}), way({ way: 'udp' }), way({ way: 'udp', url: ' RTSPS://a' }), way({ way: 'udp', sub: 'rtsps://a' })]).toEqual(['tcp', 'udp', 'tcp', 'tcp']);
});
test('the certificate that was shown goes along, and is no other door', () => {
  const seen = { certificate: '1f00 a0', onvif_certificate: null } as Parameters<typeof doorOf>[1];
  expect(doorOf(NO_DOOR, seen)).toMatchObject({ certificate: '1f00 a0', onvif_certificate: '' });
  expect(doorKey(NO_DOOR)).toBe(JSON.stringify(doorOf(NO_DOOR)));
});
test('a disk lasts whole days', () => {
  expect([9.8, 0.2, null, undefined].map(daysLeft)).toEqual([9, 0, null, null]);
});
