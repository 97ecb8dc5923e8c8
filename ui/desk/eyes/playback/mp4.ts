/** The few things that playing needs to know of a piece of MP4: its times, and how many pictures it holds. Pure. */

type Box = { name: string; at: number; end: number };

function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    const small = view.getUint32(at);
    const name = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
    const size = small === 1 && at + 16 <= to ? Number(view.getBigUint64(at + 8)) : small === 0 ? to - at : small;
    if (size < 8) return;
    yield { name, at: at + (small === 1 ? 16 : 8), end: Math.min(at + size, to) };
    at += size;
  }
}

function find(view: DataView, path: readonly string[], from = 0, to = view.byteLength): Box | null {
  const [name, ...rest] = path;
  for (const box of boxes(view, from, to)) {
    if (box.name !== name) continue;
    if (rest.length === 0) return box;
    const found = find(view, rest, box.at, box.end);
    if (found) return found;
  }
  return null;
}

/** Units a second of the first track, from an init segment; null if it is none. */
export function timescale(init: ArrayBuffer): number | null {
  const view = new DataView(init);
  const box = find(view, ['moov', 'trak', 'mdia', 'mdhd']);
  if (!box) return null;
  const at = box.at + (view.getUint8(box.at) === 1 ? 20 : 12);
  return at + 4 <= box.end ? view.getUint32(at) : null;
}

/** When a fragment begins on its file's own clock, in the units of its first track, and how many pictures it holds. */
export function fragment(bytes: ArrayBuffer, from = 0, to = bytes.byteLength): { begins: number; pictures: number } | null {
  const view = new DataView(bytes);
  const time = find(view, ['moof', 'traf', 'tfdt'], from, to);
  const run = find(view, ['moof', 'traf', 'trun'], from, to);
  if (!time) return null;
  const long = view.getUint8(time.at) === 1;
  const begins = long ? Number(view.getBigUint64(time.at + 4)) : view.getUint32(time.at + 4);
  return { begins, pictures: run ? view.getUint32(run.at + 4) : 0 };
}
