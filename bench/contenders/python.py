"""Python's pools, asked over standard input: a line of JSON in, a line out. The clock is around the work alone."""

import array
import concurrent.futures
import json
import multiprocessing
import sys
import time


def square(x):
    return x * x


def relabel(item):
    v = item["v"]
    return {"id": item["id"] + 1, "name": item["name"] + "!", "v": [v[2], v[0], v[1]]}


def inside(seed, samples):
    """As in work.mjs: the same seed gives the same count."""
    state = seed | 1
    count = 0
    for _ in range(samples):
        state = xorshift(state)
        x = signed(state) / 2**31
        state = xorshift(state)
        y = signed(state) / 2**31
        if x * x + y * y < 1:
            count += 1
    return count


def xorshift(state):
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    return state ^ ((state << 5) & 0xFFFFFFFF)


def signed(state):
    return state - 2**32 if state >= 2**31 else state


def seed_of(index):
    return ((index + 1) * 2654435761) % 2**31


def inside_of_100k(index):
    return inside(seed_of(index), 100_000)


def inside_of_100(index):
    return inside(seed_of(index), 100)


TASKS = {
    "square": square,
    "relabel": relabel,
    "sum": sum,
    "insideOf100k": inside_of_100k,
    "insideOf100": inside_of_100,
}


class Futures:
    """concurrent.futures.ProcessPoolExecutor."""

    def __init__(self, workers):
        self.pool = concurrent.futures.ProcessPoolExecutor(workers)

    def burst(self, task, items):
        futures = [self.pool.submit(task, item) for item in items]
        return [future.result() for future in futures]

    def one(self, task, item):
        return self.pool.submit(task, item).result()

    def map(self, task, items):
        return list(self.pool.map(task, items))

    def close(self):
        self.pool.shutdown()


class Pool:
    """multiprocessing.Pool."""

    def __init__(self, workers):
        self.pool = multiprocessing.Pool(workers)

    def burst(self, task, items):
        results = [self.pool.apply_async(task, (item,)) for item in items]
        return [result.get() for result in results]

    def one(self, task, item):
        return self.pool.apply(task, (item,))

    def map(self, task, items):
        return self.pool.map(task, items)

    def close(self):
        self.pool.terminate()
        self.pool.join()


KINDS = {"futures": Futures, "pool": Pool}


def items_of(question):
    """Made here, before the clock starts."""
    kind = question["items"]
    count = question["count"]
    if kind == "numbers":
        return list(range(count))
    if kind == "objects":
        return [{"id": i, "name": f"name {i}", "v": [i, i + 1, i + 2]} for i in range(count)]
    # An argument of eight bytes a number.
    numbers = array.array("d", range(count))
    numbers[0] = question["first"]
    return numbers


def ask(pool, question):
    """The ms that the question took, and the answer."""
    task = TASKS[question["task"]]
    items = items_of(question)
    verb = question["verb"]
    if verb == "latency":
        each = []
        answer = []
        for item in items:
            started = time.perf_counter()
            answer.append(pool.one(task, item))
            each.append((time.perf_counter() - started) * 1000)
        return sorted(each)[len(each) // 2], answer
    started = time.perf_counter()
    if verb == "one":
        answer = pool.one(task, items)
    else:
        answer = getattr(pool, verb)(task, items)
    return (time.perf_counter() - started) * 1000, answer


def first(kind, workers):
    """Until a fresh pool's first result."""
    started = time.perf_counter()
    pool = KINDS[kind](workers)
    answer = pool.one(square, 3)
    ms = (time.perf_counter() - started) * 1000
    pool.close()
    return ms, answer


def main():
    kind, workers = sys.argv[1], int(sys.argv[2])
    if sys.argv[3:] == ["first"]:
        ms, answer = first(kind, workers)
        print(json.dumps({"ms": ms, "answer": answer}))
        return
    pool = KINDS[kind](workers)
    for line in sys.stdin:
        ms, answer = ask(pool, json.loads(line))
        print(json.dumps({"ms": ms, "answer": answer}), flush=True)
    pool.close()


if __name__ == "__main__":
    main()
