/** Why an officer looks, as far as it was filled in: the purpose, its number or order, and when those concerned are told. */
import type { components } from '@shared/api/schema.d.ts';
import { desk } from '../api.ts';
import { isSaid, needsOrder, type Purpose } from './purpose.ts';

type Named = Pick<components['schemas']['LookWanted'], 'purpose' | 'case' | 'order' | 'delay'>;
export const MOST_COPY = 2 * 1024 * 1024;
export const NEW_ORDER = 'new';
export const AT_ONCE = 'now';

export class Reason {
  purpose = $state('');
  number = $state('');
  /** A kept order, or that a new one is kept. */
  order = $state(NEW_ORDER);
  file = $state.raw<File | null>(null);
  /** When those concerned are told: at once, or as an agreement says, where there is one. */
  told = $state('');
  asksWhenTold = $state(false);

  begin(purpose = '', number = ''): void {
    [this.purpose, this.number, this.order, this.file, this.told, this.asksWhenTold] = [purpose, number, NEW_ORDER, null, '', false];
  }
  takes(other: Reason): void {
    [this.purpose, this.number, this.order, this.file, this.told] = [other.purpose, other.number, other.order, other.file, other.told];
  }
  get isNew(): boolean {
    return needsOrder(this.purpose) && this.order === NEW_ORDER;
  }
  get tooLong(): boolean {
    return (this.file?.size ?? 0) > MOST_COPY;
  }
  get isSaid(): boolean {
    const paper = !this.isNew || (this.number.trim() !== '' && this.file !== null && !this.tooLong);
    return isSaid(this.purpose, this.number) && paper && (!this.asksWhenTold || this.told !== '');
  }
  /** What the node is told. The copy of a new order is kept first, once. */
  async named(): Promise<Named> {
    if (this.isNew && this.file) {
      this.order = (await desk.orderKeep({ number: this.number.trim(), copy: await base64(this.file) })).id;
    }
    return {
      purpose: this.purpose as Purpose,
      case: needsOrder(this.purpose) ? '' : this.number.trim(),
      order: needsOrder(this.purpose) ? this.order : null,
      delay: this.asksWhenTold && this.told !== AT_ONCE ? this.told : null,
    };
  }
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}
