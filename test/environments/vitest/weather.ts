/** What the tests mock. */

export const temperature = (): number => -273;
