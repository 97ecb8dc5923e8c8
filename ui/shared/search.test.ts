import { expect, test } from 'vitest';
import { compareText, fold, matches } from './search.ts';

test('search takes no notice of diacritics, đ included', () => {
  expect(fold('Đường Nguyễn Ổn')).toBe('duong nguyen on');
  expect(matches('Nhà bà Lan, Tổ 7', 'to 7 ba')).toBe(true);
  expect(matches('Nhà bà Lan', 'ba lanh')).toBe(false);
});

test('order is that of Vietnamese, numbers by their value', () => {
  expect(['Tổ 10', 'Tổ 2', 'Đào', 'Dung', 'Ánh', 'An'].sort(compareText)).toEqual(['An', 'Ánh', 'Dung', 'Đào', 'Tổ 2', 'Tổ 10']);
});
