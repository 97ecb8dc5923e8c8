/** What is wrong with a new password before the node is asked. Pure. */
export const PASSWORD_LEAST = 15;

export function passwordProblem(password: string, repeated: string): 'short' | 'differs' | null {
  if ([...password].length < PASSWORD_LEAST) return 'short';
  return password === repeated ? null : 'differs';
}
