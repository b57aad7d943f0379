"use strict";

/**
 * Loads the addon: the binary in `prebuilds/` that fits this system, or the one that was built here from source. Where there
 * is none the package still loads: `missing` says why, and every function throws that.
 */

function load() {
  if (process.platform !== "linux" && process.platform !== "darwin") {
    return { missing: `@manycore/native does not support ${process.platform}: it needs Linux or macOS` };
  }
  try {
    return { addon: require("node-gyp-build")(__dirname), missing: undefined };
  } catch (cause) {
    // The permission model, or --no-addons.
    if (cause.code === "ERR_DLOPEN_DISABLED") {
      return {
        missing: "@manycore/native may not load, as addons are not allowed here: start Node with --allow-addons",
        cause,
      };
    }
    const system = `${process.platform}-${process.arch}`;
    const build = `npm run --prefix "${__dirname}" build-from-source`;
    const missing = `@manycore/native has no binary for ${system} that loads; with a C compiler, make and Python, build it: ${build}`;
    return { missing, cause };
  }
}

const { addon, missing, cause } = load();

function exported(name) {
  if (addon !== undefined) return addon[name];
  return () => {
    throw Object.assign(new Error(missing, { cause }), { code: "ERR_MANYCORE_NATIVE_MISSING" });
  };
}

exports.missing = missing;
// One line each: these are the names that `import` finds.
exports.createArena = exported("createArena");
exports.openArena = exported("openArena");
exports.closeFd = exported("closeFd");
exports.createNamed = exported("createNamed");
exports.openNamed = exported("openNamed");
exports.unlinkNamed = exported("unlinkNamed");
exports.futexWait = exported("futexWait");
exports.futexWake = exported("futexWake");
exports.watch = exported("watch");
exports.dieWithParent = exported("dieWithParent");
exports.processStart = exported("processStart");
