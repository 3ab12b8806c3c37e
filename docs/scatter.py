#!/usr/bin/env python3
"""Simulates searches that are scattered to many shards and gathered again, from measured latencies of one shard.

usage: scatter.py LATENCIES [--shards N] [--searches N]      standard library only; the same input gives the same output

LATENCIES holds the milliseconds that one shard took for one search, one a line (docs/scaling.md says how they were had).
A search ends when its slowest shard does. Printed: the time of a search by the number of shards, without and with hedged
requests (a shard that has not answered by its 95th percentile is asked a second time elsewhere, the first answer counts); how
many searches are spoilt by shards that reject a request now and then; and waiting times under load, with and without a limit
in front of the whole. docs/scaling.md reads the figures.
"""
import argparse
import random


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


def row(name, times):
    times.sort()
    cells = "".join(f"{percentile(times, share):>10.1f}" for share in (0.5, 0.95, 0.99))
    print(f"{name:<44}{cells}")


def heading(text, columns=("p50", "p95", "p99")):
    print(f"\n{text:<44}" + "".join(f"{column:>10}" for column in columns))


def fan_out(latencies, most, searches, rnd):
    """The slowest of independent shards; a hedge adds a second try after the 95th percentile of one shard."""
    late = percentile(sorted(latencies), 0.95)
    heading("ms of a search by shards, idle cluster")
    for shards in [count for count in (1, 5, 20, 50, 200, 1000) if count <= most]:
        plain, hedged, more = [], [], 0
        for _ in range(searches):
            slowest = slowest_hedged = 0.0
            for _ in range(shards):
                took = rnd.choice(latencies)
                slowest = max(slowest, took)
                if took > late:
                    more += 1
                    took = min(took, late + rnd.choice(latencies))
                slowest_hedged = max(slowest_hedged, took)
            plain.append(slowest)
            hedged.append(slowest_hedged)
        row(f"{shards} shards", plain)
        row(f"{shards} shards, hedged (+{100 * more / (searches * shards):.1f} % requests)", hedged)


def rejections(most):
    """A search is whole only if no shard rejected it."""
    heading("% of searches spoilt by shards that reject", ("1 in 100", "1 in 1000", "1 in 10^4"))
    for shards in [count for count in (1, 20, 50, 200, 1000) if count <= most]:
        spoilt = (100 * (1 - (1 - share) ** shards) for share in (0.01, 0.001, 0.0001))
        print(f"{shards:<44}" + "".join(f"{share:>10.1f}" for share in spoilt))
    print(f"{'turned away in front, whatever the shards':<44}" + "".join(f"{share:>10.2f}" for share in (1, 0.1, 0.01)))


def under_load(latencies, shards, searches, rnd):
    """Every shard serves one request at a time in order; searches come at random at a share of what a shard can do.

    The limit turns a search away while more than LIMIT are under way: it costs nothing and is told to come back.
    """
    limit = 40
    mean = sum(latencies) / len(latencies)
    heading(f"ms of a search under load, {shards} shards")
    for load in (0.5, 0.8, 0.95, 1.2):
        for is_limited in (False, True):
            free_at = [0.0] * shards
            under_way, now, times, away = [], 0.0, [], 0
            for _ in range(searches):
                now += rnd.expovariate(load / mean)
                under_way = [end for end in under_way if end > now]
                if is_limited and len(under_way) >= limit:
                    away += 1
                    continue
                end = now
                for shard in range(shards):
                    done = max(now, free_at[shard]) + rnd.choice(latencies)
                    free_at[shard] = done
                    end = max(end, done)
                under_way.append(end)
                times.append(end - now)
            told = f"limit {limit}, {100 * away / searches:.0f} % turned away" if is_limited else "no limit"
            row(f"load {load:.2f}, {told}", times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("latencies")
    parser.add_argument("--shards", type=int, default=1000)
    parser.add_argument("--searches", type=int, default=2000)
    asked = parser.parse_args()
    with open(asked.latencies) as lines:
        latencies = [float(line) for line in lines if line.strip()]
    rnd = random.Random(18)
    listed = sorted(latencies)
    print(f"{len(listed)} latencies of one shard, ms: mean {sum(listed) / len(listed):.2f}, p50 {percentile(listed, .5):.2f}, "
          f"p95 {percentile(listed, .95):.2f}, p99 {percentile(listed, .99):.2f}, longest {listed[-1]:.2f}")
    fan_out(latencies, asked.shards, asked.searches, rnd)
    rejections(asked.shards)
    under_load(latencies, asked.shards, asked.searches, rnd)


if __name__ == "__main__":
    main()
