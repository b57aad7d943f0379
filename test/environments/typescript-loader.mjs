/** Webpack reads JavaScript alone. */
import { transform } from "esbuild";

export default function typescriptLoader(source) {
  const done = this.async();
  const options = { loader: "ts", target: "node20.19", sourcemap: true, sourcefile: this.resourcePath };
  transform(source, options).then(({ code, map }) => done(null, code, JSON.parse(map)), done);
}
