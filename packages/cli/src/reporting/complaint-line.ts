/** What ends the program, in the form of everything else on stderr. */
export const complaintLine = (message: string, isJson: boolean): string =>
  isJson ? JSON.stringify({ event: "error", message }) : `manycore: ${message}`;
