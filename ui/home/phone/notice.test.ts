import { expect, test } from 'vitest';
import { endedBy, readPush, tagOf } from './notice.ts';

const plain = { title: 'Báo cháy', body: 'Mở ứng dụng' };
const alarm = '01900000-0000-7000-8000-000000000001';

test('a push shows what the node wrote, with at most two answers', () => {
  const actions = ['coming', 'cannot', 'safe'].map((action) => ({ action, title: action }));
  const push = readPush(JSON.stringify({ v: 1, kind: 'alarm', alarm, title: 'CHÁY', body: 'Nhà bà Lan', actions, at: '2025-08-19T01:01:22Z' }), plain);
  expect(push).toMatchObject({ alarm, loud: true, title: 'CHÁY', body: 'Nhà bà Lan', at: Date.parse('2025-08-19T01:01:22Z') });
  expect(push.actions.map((one) => one.action)).toEqual(['coming', 'cannot']);
});

test.each(['', 'no json', '[]', '{"title": 7, "actions": "all", "alarm": "../../x"}'])('a push that cannot be read still says that there is something: %s', (text) => {
  expect(readPush(text, plain)).toMatchObject({ ...plain, alarm: null, actions: [], loud: true });
});

test('the end of an alarm does not ring', () => {
  expect(readPush(JSON.stringify({ kind: 'closed', alarm }), plain).loud).toBe(false);
});

test('a card, the call to 114 and news stand beside the ring and beside each other, and go with the alarm', () => {
  const said = (part: unknown, kind = 'alarm') => readPush(JSON.stringify({ kind, alarm, part }), plain);
  const tags = [null, 'card', '114', 'news'].map((part) => tagOf(said(part)));
  expect(new Set(tags).size).toBe(4);
  expect(tagOf(said('../x'))).toBe(alarm);
  expect(endedBy(said(null, 'closed'), [...tags, 'another card'])).toEqual(tags.slice(1));
  expect(endedBy(said(null), tags)).toEqual([]);
});
