#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Finding /^mem/ in every library of the dynamic linker's cache, beside bpftrace -l and perf probe
# --funcs, which are asked library by library.  The times are the best of three; the others' are
# measured on every Nth library and multiplied.
. "${0%/*}/../lib/bench.sh"
probe_list=$top_builddir/libexec/bin/probe-list
every=${EVERY:-25}
command -v ldconfig >/dev/null || PATH=$PATH:/sbin:/usr/sbin

ldconfig -p | sed -n 's/.*x86-64.* => //p' | while read -r file; do readlink -f "$file"; done |
	sort -u >"$scratch/all"
awk -v every="$every" 'NR % every == 1' "$scratch/all" >"$scratch/some"
all=$(wc -l <"$scratch/all")
some=$(wc -l <"$scratch/some")

# best COMMAND...: milliseconds of the fastest of three runs.
best()
{
	best_ms=
	for best_run in 1 2 3; do
		best_start=$(date +%s%N)
		"$@" >"$scratch/out" 2>/dev/null
		best_now=$((($(date +%s%N) - best_start) / 1000000))
		[ -n "$best_ms" ] && [ "$best_ms" -le "$best_now" ] || best_ms=$best_now
	done
	[ "$best_ms" -gt 0 ] || best_ms=1
}
each_bpftrace()
{
	while read -r file; do bpftrace -l "uprobe:$file:mem*" </dev/null; done <"$scratch/some"
}
each_perf()
{
	while read -r file; do perf probe --funcs -x "$file" --filter 'mem*' </dev/null; done <"$scratch/some"
}

best "$probe_list" 'uprobe:/^mem/'
ours=$best_ms
echo "probe-resolve: $all libraries: probe-list $ours ms, $(grep -c '^probe' "$scratch/out") functions"
for tool in bpftrace perf; do
	if ! command -v $tool >/dev/null; then
		echo "probe-resolve: $tool is not installed"
		continue
	fi
	best each_$tool
	theirs=$((best_ms * all / some))
	echo "probe-resolve: $tool $theirs ms ($best_ms ms for $some libraries): $((theirs / ours)) times ours"
done
