/** A program without a file: for `node -e`, for standard input, and line by line for the REPL. */
const { ProcessPoolExecutor, ThreadPoolExecutor } = require("manycore");
const { join } = require("node:path");
const pool = new (process.env.PROCESSES ? ProcessPoolExecutor : ThreadPoolExecutor)({ maxWorkers: 1 });
const k = 3;
let count = 1;
function scaled(x) {
  return x * k;
}
class Box {
  constructor(side) {
    this.side = side;
  }
  area() {
    return this.side * scaled(this.side);
  }
}
count = 5;
const answers = [
  pool.submit((x) => x + k, 1),
  pool.submit(scaled, 2),
  pool.map((x) => new Box(x).area(), [1, 2]),
  pool.submit(() => join("a", String(count))),
];
Promise.all(answers).then((all) => {
  console.log(`answers: ${JSON.stringify(all)}`);
  return pool.shutdown();
});
