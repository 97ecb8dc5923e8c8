import { expect, test } from 'vitest';
import { readPush } from './notice.ts';

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
