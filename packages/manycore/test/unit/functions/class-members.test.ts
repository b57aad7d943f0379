import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Room } from "./support/room.ts";

const room = new Room();
after(() => room.close());

/** What a decorator does: another function in the place of a member. */
function wrap(holder: object, name: string, kind: "value" | "get", around: (result: unknown) => unknown): void {
  const property = Object.getOwnPropertyDescriptor(holder, name) as PropertyDescriptor;
  const inner = property[kind] as (...args: unknown[]) => unknown;
  const wrapped = function (this: unknown, ...args: unknown[]) {
    return around(inner.apply(this, args));
  };
  Object.defineProperty(holder, name, { ...property, [kind]: wrapped });
}

const shout = (result: unknown) => `${result}!`;

test("a method, a static method and a getter that were replaced arrive replaced", async () => {
  class Greeter {
    greet() {
      return "hello";
    }
    static of() {
      return "static";
    }
    get name() {
      return "Ada";
    }
  }
  wrap(Greeter.prototype, "greet", "value", shout);
  wrap(Greeter, "of", "value", shout);
  wrap(Greeter.prototype, "name", "get", shout);
  const arrived = await room.run(() => {
    const greeter = new Greeter();
    return [greeter.greet(), Greeter.of(), greeter.name, Object.keys(Greeter), Object.keys(Greeter.prototype)];
  });
  assert.deepEqual(arrived, ["hello!", "static!", "Ada!", [], []]);
});

test("the other half of a replaced accessor is the one of the text", async () => {
  class Box {
    #content = "empty";
    get content() {
      return this.#content;
    }
    set content(value: string) {
      this.#content = value;
    }
    peek() {
      return this.#content;
    }
  }
  Object.defineProperty(Box.prototype, "content", { get: () => "sealed" });
  const arrived = await room.run(() => {
    const box = new Box();
    box.content = "a cat";
    return [box.content, box.peek()];
  });
  assert.deepEqual(arrived, ["sealed", "a cat"]);
});

test("a method of another class that was put on this one arrives", async () => {
  class Duck {
    speak() {
      return "quack";
    }
  }
  class Robot {}
  const speak = Object.getOwnPropertyDescriptor(Duck.prototype, "speak") as PropertyDescriptor;
  Object.defineProperty(Robot.prototype, "speak", speak);
  const arrived = await room.run(() => [new Duck().speak(), (new Robot() as Duck).speak()]);
  assert.deepEqual(arrived, ["quack", "quack"]);
});

test("static fields that were put on the class later arrive as they are at the call", async () => {
  // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
  class Config {
    static own = { made: "by the text" };
    static limit: number;
    declare static owner: string;
    static {
      Config.owner = `Ada, ${Config.own.made}`;
    }
  }
  Config.limit = 5;
  Config.owner = "changed here, but the text makes it";
  const read = () => [Config.limit, Config.own.made, Config.owner];
  assert.deepEqual(await room.run(read), [5, "by the text", "Ada, by the text"]);
  Config.limit = 6;
  assert.equal((await room.run(read))[0], 6);
});

test("a class whose text makes all of it sends nothing else", async () => {
  class Plain {
    static limit = 5;
    static #count = 0;
    static next() {
      return ++Plain.#count;
    }
    get five() {
      return Plain.limit;
    }
  }
  assert.deepEqual(await room.run(() => [new Plain().five, Plain.next() > 0]), [5, true]);
  assert.deepEqual(
    room.sent.map(([, body]) => body.kind === "code" && body.properties),
    [undefined, undefined],
  );
});

test("a static block that assigns variables around the class is not run again", async () => {
  let made = 0;
  let last = "";
  // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
  class Registered {
    static label: string;
    static #secret: string;
    static {
      made++;
      last = "Registered";
      Registered.label = `${last} ${made}`;
    }
    static {
      Registered.#secret = "set anew";
    }
    static get secret() {
      return Registered.#secret;
    }
  }
  assert.deepEqual(await room.run(() => [Registered.label, Registered.secret, made]), ["Registered 1", "set anew", 1]);
});

test("static fields that no longer hold the number or text that they were made with arrive as they are", async () => {
  // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
  class Settings {
    static scale = 1;
    static least = -1;
    static owner: string | null = null;
    static made = new Date(0);
  }
  const read = () => [Settings.scale, Settings.least, Settings.owner, Settings.made.getTime()];
  Settings.scale = 5;
  Settings.owner = "Ada";
  assert.deepEqual(await room.run(read), [5, -1, "Ada", 0]);
  Settings.scale = 6;
  assert.deepEqual(await room.run(read), [6, -1, "Ada", 0]);
});

test("a method in the place of another one of its class arrives there", async () => {
  class Shape {
    area() {
      return "area";
    }
    volume() {
      return "volume";
    }
  }
  Shape.prototype.area = Shape.prototype.volume;
  assert.deepEqual(await room.run(() => [new Shape().area(), new Shape().volume()]), ["volume", "volume"]);
});

test("static fields made of variables that a static block assigns arrive as they were made, as tsc's decorators", async () => {
  let self: { base: number } | undefined;
  let runs = 0;
  // biome-ignore lint/complexity/noStaticOnlyClass: it is what is tested
  class Decorated {
    static {
      self = Decorated;
      runs++;
    }
    static base = 4;
    static wide = (self as { base: number }).base + runs;
    static narrow = 1; // on one line
    static later = () => runs;
    static {
      Decorated.base += runs;
    }
  }
  const read = () => [Decorated.base, Decorated.wide, Decorated.narrow, Decorated.later()];
  assert.deepEqual(await room.run(read), [5, 5, 1, 1]);
});
