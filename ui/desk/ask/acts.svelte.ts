/** How many acts went through since the desk was opened: whatever shows a sum of other screens' things asks again when it grows. */
let done = $state(0);

export const acts = {
  get done() {
    return done;
  },
};

export function actDone(): void {
  done += 1;
}
