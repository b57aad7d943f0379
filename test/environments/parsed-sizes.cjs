/** Loaded before a program: whoever gives acorn a whole bundle is found out. */
const acorn = require("acorn");

/** More than any function has. */
const MOST = 512 * 1024;

const { parse } = acorn.Parser;
acorn.Parser.parse = function (input, options) {
  if (input.length > MOST) throw new Error(`acorn was given ${input.length} characters`);
  return parse.call(this, input, options);
};
