"""The tables, as text."""

import statistics

BEST_OF = ("haproxy", "nginx", "pen")  # the newest ones: the best of them is what ratios are taken to


def table(head, rows):
    """Columns as wide as what is in them; all but the first two end at the right."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(
        cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
        for line in lines)


def about(facts):
    lines = [f"{facts['date']}, revision {facts['revision']}, kernel {facts['kernel']}, {facts['cores']} cores, "
             f"load at the start {facts['load']:.1f}"]
    return "\n".join(lines + [f"  {key}: {version}" for key, version in facts["versions"].items()])


def good(samples, key):
    return [sample for sample in samples if sample["proxy"] == key and not sample["errors"]]


def median(samples, key, what):
    values = [sample[what] for sample in good(samples, key)]
    return statistics.median(values) if values else None


def best(samples, what="cpu_us"):
    """The median of the better one of the newest HAProxy and nginx; None if neither was measured."""
    values = [value for key in BEST_OF if (value := median(samples, key, what)) is not None]
    return min(values) if values else None


def workload(kind, proxies, samples):
    base, rows = best(samples), []
    for proxy in proxies:
        mine = good(samples, proxy.key)
        errors = sum(sample["errors"] for sample in samples if sample["proxy"] == proxy.key)
        if not mine:
            rows.append([proxy.key, proxy.version(), "-", "-", "-", "-", "-", str(errors)])
            continue
        cpu = [sample["cpu_us"] for sample in mine]
        middle = statistics.median(cpu)
        rows.append([
            proxy.key, proxy.version(), f"{middle:.2f}", f"{min(cpu):.2f}..{max(cpu):.2f}",
            f"{middle / base:.2f}" if base else "-", f"{median(samples, proxy.key, 'rate'):,.0f}",
            f"{median(samples, proxy.key, 'busy'):.0%}", str(errors)])
    goal = ""
    if kind.goal:
        goal = f" (goal for Penstock: ratio {kind.goal:.2f}"
        goal += f", io_uring {kind.goal_io_uring:.2f})" if kind.goal_io_uring else ")"
    head = ["proxy", "version", f"CPU us/{kind.unit}", "of rounds", "ratio", f"{kind.unit}s/s", "of its core", "errors"]
    return f"\n{kind.title}{goal}\n" + table(head, rows)


def latency(proxies, samples):
    rows = []
    base = {what: median(samples, "haproxy", what) for what in ("p50", "p99")}
    for proxy in proxies:
        errors = sum(sample["errors"] for sample in samples if sample["proxy"] == proxy.key)
        if not good(samples, proxy.key):
            rows.append([proxy.key, proxy.version(), *["-"] * 6, str(errors)])
            continue
        middle = {what: median(samples, proxy.key, what) for what in ("p50", "p99", "p99.9", "cpu_us")}
        ratios = [f"{middle[what] / base[what]:.2f}" if base[what] else "-" for what in ("p50", "p99")]
        rows.append([proxy.key, proxy.version(), *[f"{middle[what]:.0f}" for what in ("p50", "p99", "p99.9")],
                     *ratios, f"{middle['cpu_us']:.2f}", str(errors)])
    head = ["proxy", "version", "p50 us", "p99 us", "p99.9 us", "p50 ratio", "p99 ratio", "CPU us/request", "errors"]
    return ("\nLatency at a fixed rate, from the moment at which a request was due (goals: p50 1.1 and p99 2 times HAProxy's)\n"
            + table(head, rows))


def memory(proxies, samples):
    rows = []
    for proxy in proxies:
        for sample in samples:
            if sample["proxy"] == proxy.key:
                each = f"{sample['each_kib']:.1f}" if sample["each_kib"] is not None else "-"
                rows.append([proxy.key, proxy.version(), f"{sample['idle_mib']:.0f}", f"{sample['held_mib']:.0f}", each,
                             str(sample["errors"])])
    return ("\nResident memory (goals: idle 120 MiB, 7.5 KiB for each connection)\n" + table(
        ["proxy", "version", "idle MiB", "with connections MiB", "KiB for each", "errors"], rows))


def start(proxies, samples):
    rows = []
    for proxy in proxies:
        shown = [f"{median(samples, proxy.key, what):.0f}" if good(samples, proxy.key) else "-"
                 for what in ("first_ms", "steady", "fifth", "tenth")]
        shares = [f"{median(samples, proxy.key, what) / median(samples, proxy.key, 'steady'):.0%}"
                  if good(samples, proxy.key) else "-" for what in ("fifth", "tenth")]
        rows.append([proxy.key, proxy.version(), *shown, *shares])
    return ("\nFrom the start of the process (goals: half of the steady rate in the fifth second, 90 % in the tenth)\n" + table(
        ["proxy", "version", "first 200 ms", "steady 1/s", "5th second 1/s", "10th second 1/s", "5th", "10th"], rows))
