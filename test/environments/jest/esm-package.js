/** A Jest transform: ES modules to CommonJS. */

const { transformSync } = require("esbuild");

exports.process = (source) => ({ code: transformSync(source, { format: "cjs", target: "node20" }).code });
