/** The emergency number in Viet Nam. */
export const NUMBER = '114';
