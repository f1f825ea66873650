#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Code of run-time compilers has the names of /tmp/perf-PID.map, if that file can be trusted.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf

JIT=$top_builddir/tests/workloads/jit

status_is 0 "a program with a map: sampled" "$PB" -q -f 999 -c folded -- "$JIT" 600
rm -f "$(cat out)"
at_least "$(permille folded ';main;made_at_run_time with a blank_\[j\](;|$)')" 800 \
	"its code has the map's name (of 1,000)"

status_is 0 "a program without a map: sampled" "$PB" -q -f 999 -c folded -- "$JIT" 400 -
unlike "$(cat folded)" made_at_run_time "its code has no name"
at_least "$(permille folded ';main;\[[^;]*0x[0-9a-f]+\]_\[j\](;|$)')" 800 "but an address (of 1,000)"

# foreign WHAT COMMAND...: COMMAND makes PID's map ($1 is its path) in a way that is not to be trusted.
foreign()
{
	what=$1
	"$JIT" 3000 real.map &
	work=$!
	sleep 0.3
	map=/tmp/perf-$work.map
	"$2" "$map"
	status_is 0 "$what: sampled" "$PB" -q -f 999 -t 500ms -c folded --pid $work
	unlike "$(cat folded)" made_at_run_time "$what: not read"
	kill $work
	wait $work 2>/dev/null
	rm -f "$map"
}
link_map() { ln -s "$SCRATCH/real.map" "$1"; }
give_map_away() { cp real.map "$1"; chown 65534:65534 "$1"; }
fifo_map() { mkfifo "$1"; }

foreign "a symbolic link" link_map
foreign "a file of another user" give_map_away
foreign "a FIFO" fifo_map
done_testing
