export const length = (line) => line.length;
