import { expect, test } from 'vitest';
import { apart, boundsOf, metresBetween, projection, spotOf, zoomed } from './project.ts';

const a = { lat: 21, lon: 105.8 };
const b = { lat: 21.01, lon: 105.82 };

test('north is up, east is right, and everything lies within the margin', () => {
  const plan = projection(boundsOf([a, b])!, 800, 600, 20);
  const low = plan.point(a);
  const high = plan.point(b);
  expect(high.y).toBeLessThan(low.y);
  expect(high.x).toBeGreaterThan(low.x);
  for (const { x, y } of [low, high]) {
    expect(x).toBeGreaterThanOrEqual(19.999);
    expect(x).toBeLessThanOrEqual(780.001);
    expect(y).toBeGreaterThanOrEqual(19.999);
    expect(y).toBeLessThanOrEqual(580.001);
  }
});

test('a hundred metres north are drawn as long as a hundred metres east', () => {
  const east = { lat: a.lat, lon: a.lon + 0.001 / Math.cos((a.lat * Math.PI) / 180) };
  const north = { lat: a.lat + 0.001, lon: a.lon };
  const plan = projection(boundsOf([a, b])!, 800, 600, 20);
  const origin = plan.point(a);
  expect(plan.point(east).x - origin.x).toBeCloseTo(origin.y - plan.point(north).y, 1);
});

test('one home alone stands in the middle, and nothing known draws nothing', () => {
  const { x, y } = projection(boundsOf([a])!, 800, 600, 20).point(a);
  expect(x).toBeCloseTo(400);
  expect(y).toBeCloseTo(300);
  expect(boundsOf([null, undefined])).toBeNull();
});

test('a hundredth of a degree of latitude is about 1113 m', () => {
  expect(metresBetween(a, { lat: 21.01, lon: 105.8 })).toBeCloseTo(1113.2, 0);
});

test('a touch on the drawing is the place that is drawn there', () => {
  const plan = projection(boundsOf([a, b])!, 800, 600, 20);
  const back = plan.at(plan.point(b));
  expect(back.lat).toBeCloseTo(b.lat, 9);
  expect(back.lon).toBeCloseTo(b.lon, 9);
});

test('a closer look keeps its middle and shows half as much', () => {
  const bounds = boundsOf([a, b])!;
  const near = zoomed(bounds, 2);
  expect(near.north - near.south).toBeCloseTo((bounds.north - bounds.south) / 2, 9);
  expect((near.north + near.south) / 2).toBeCloseTo((bounds.north + bounds.south) / 2, 9);
  expect(zoomed(bounds, 2, a).south).toBeLessThan(a.lat);
});

test('typed coordinates count only when both are there and on earth', () => {
  expect(spotOf('21,03', '105.85')).toEqual({ lat: 21.03, lon: 105.85 });
  expect(spotOf('21', '')).toBeNull();
  expect(spotOf('91', '105')).toBeNull();
  expect(spotOf('abc', '105')).toBeNull();
});

test('names that would cover one another are left out, the first stays', () => {
  const named = [{ id: 'a', name: 'Trụ nước', x: 10, y: 10 }, { id: 'b', name: 'Tủ đỏ', x: 40, y: 15 }, { id: 'c', name: 'Bể nước', x: 40, y: 60 }];
  expect([...apart(named)]).toEqual(['a', 'c']);
});
