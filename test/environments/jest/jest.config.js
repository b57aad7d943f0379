/** As a project has it: Babel by default, one package that is published as ES modules alone, and an alias. */

module.exports = {
  transform: { "/node_modules/lodash-es/.+\\.js$": "<rootDir>/esm-package.js", "\\.js$": "babel-jest" },
  transformIgnorePatterns: ["/node_modules/(?!lodash-es/)"],
  // An installed package is not instrumented; the library is linked here.
  coveragePathIgnorePatterns: ["/node_modules/", "/packages/manycore/"],
  moduleNameMapper: { "^@/(.*)$": "<rootDir>/$1" },
};
