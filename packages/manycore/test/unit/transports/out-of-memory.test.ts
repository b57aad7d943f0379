/** How it is told that a process died for lack of memory. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isHeapFull, KernelKills, kernelKills } from "../../../src/transports/processes/out-of-memory.ts";

const reading = (files: Readonly<Record<string, string>>) => (file: string) => files[file] ?? "";

const VMSTAT = "nr_free_pages 1\noom_kill 2\nnuma_hit 9\n";
const EVENTS = "low 0\nhigh 4\nmax 31\noom 5\noom_kill 3\noom_group_kill 0\n";
const CONTROL = "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n";

describe("kills that the kernel counts", () => {
  test("are those of the group, which has its share of the machine's", () => {
    const group = "0::/user.slice/app.scope\n";
    assert.equal(
      kernelKills(
        reading({
          "/proc/self/cgroup": group,
          "/proc/vmstat": VMSTAT,
          "/sys/fs/cgroup/user.slice/app.scope/memory.events": EVENTS,
        }),
      ),
      3,
    );
  });

  test("of a container that sees its own group alone are at the top, whatever path it is told", () => {
    for (const group of ["0::/\n", "0::/docker/4f2c\n"])
      assert.equal(
        kernelKills(reading({ "/proc/self/cgroup": group, "/sys/fs/cgroup/memory.events": EVENTS })),
        3,
        group,
      );
  });

  test("of the first version of groups are in another file", () => {
    const groups = "9:name=systemd:/\n4:memory:/app/1\n1:cpu,cpuacct:/\n0::/\n";
    const files = {
      "/proc/self/cgroup": groups,
      "/sys/fs/cgroup/memory/app/1/memory.oom_control": CONTROL,
      "/proc/vmstat": VMSTAT,
    };
    assert.equal(kernelKills(reading(files)), 7);
    const several = groups.replace("memory", "hugetlb,memory,misc");
    assert.equal(kernelKills(reading({ ...files, "/proc/self/cgroup": several })), 7);
    const inside = { "/proc/self/cgroup": groups, "/sys/fs/cgroup/memory/memory.oom_control": CONTROL };
    assert.equal(kernelKills(reading(inside)), 7);
  });

  test("are those of the machine where a group does not count", () => {
    assert.equal(kernelKills(reading({ "/proc/self/cgroup": "0::/\n", "/proc/vmstat": VMSTAT })), 2);
  });

  test("explain one death each", () => {
    let count = 4;
    const kills = new KernelKills((file) => (file === "/proc/vmstat" ? `oom_kill ${count}\n` : ""));
    assert.equal(kills.explainOne(), false);
    count += 2;
    assert.deepEqual([kills.explainOne(), kills.explainOne(), kills.explainOne()], [true, true, false]);
    count++;
    assert.equal(kills.explainOne(), true);
  });

  test("are none where the system does not tell", () => {
    assert.equal(kernelKills(reading({})), 0);
    assert.equal(kernelKills(reading({ "/proc/self/cgroup": "0::/\n", "/proc/vmstat": "nr_free_pages 1\n" })), 0);
    assert.equal(kernelKills(reading({ "/proc/vmstat": "my_oom_kill 4\noom_kill four\n" })), 0);
  });

  test("are a number on this machine, and never fewer than before", () => {
    const before = kernelKills();
    assert.ok(Number.isInteger(before) && before >= 0);
    assert.ok(kernelKills() >= before);
  });
});

describe("V8's last words", () => {
  test("say that its heap was full", () => {
    for (const words of [
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      "FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory",
      "# Fatal JavaScript OOM in Zone\nFATAL ERROR: Zone Allocation failed - process out of memory",
    ])
      assert.ok(isHeapFull(`[77:0x1] 1 ms: Scavenge\n${words}\n----- Native stack trace -----\n`), words);
  });

  test("may be about something else", () => {
    for (const words of [
      "",
      "Segmentation fault",
      "the heap of leaves is out of the garden",
      "FATAL ERROR: v8::ToLocalChecked",
    ])
      assert.ok(!isHeapFull(words), words);
  });
});
