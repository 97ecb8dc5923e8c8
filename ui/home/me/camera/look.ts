/** One live look: written down before a picture comes, ended when it is stopped. */
import { api } from '@shared/api/client.ts';
import type { components } from '@shared/api/schema.d.ts';
import { live, type Seen, type Told } from '@shared/watch/player/live.ts';

/** `coming` while it is tried; `gone` and `unable` for good. */
export type Shown = 'coming' | 'running' | 'gone' | 'unable';

/** How it stands, in the four words that a phone needs. */
export function inWords(is: Seen): Shown {
  if (is === 'running' || is === 'old') return 'running';
  if (is === 'unable' || is === 'h265') return 'unable';
  return is === 'shut' || is === 'gone' || is === 'over' ? 'gone' : 'coming';
}

type Asked = { camera: string; purpose: components['schemas']['LookPurpose'] };

/** Shows a camera until the answer is called. `refused`: the node does not let it be looked at, or did not answer. */
export function look(video: HTMLVideoElement, { camera, purpose }: Asked, told: Told & { refused: (why: unknown) => void }): () => void {
  let over = false;
  let stop = () => {};
  let open: string | null = null;
  const end = (id: string) => void api.post('/api/looks/{id}/end', { params: { id } }).catch(() => undefined);
  api.post('/api/looks', { body: { cameras: [camera], kind: 'live', purpose } }).then(
    ({ id }) => {
      if (over) return end(id);
      open = id;
      stop = live(video, `/api/looks/${id}/cameras/${camera}/live`, told).stop;
    },
    (why: unknown) => {
      if (!over) told.refused(why);
    },
  );
  return () => {
    over = true;
    stop();
    if (open) end(open);
  };
}
