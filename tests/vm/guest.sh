#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What kernels.t runs in each machine:
#
#	guest.sh OBJECTS
#
# OBJECTS is a directory of BPF objects that must load.  Code takes 10 to 20 times as long here.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
PATH=$PATH:/usr/sbin:/sbin
OMIT=$top_builddir/tests/workloads/omit

diag "Linux $(uname -r), perf_event_paranoid $(cat /proc/sys/kernel/perf_event_paranoid)"

# include SCRIPT: runs another test and passes its assertions on as ours.
include()
{
	"$top_srcdir/$1" >"$SCRATCH/included" 2>&1
	while read -r include_line; do
		case $include_line in
		"ok "*" # SKIP "*)	skip "${include_line#*# SKIP }" ;;
		"1..0 # SKIP "*)	skip "${include_line#*# SKIP }" ;;
		"ok "*)			pass "${1##*/}: ${include_line#* - }" ;;
		"not ok "*)		fail "${1##*/}: ${include_line#* - }" ;;
		"1.."*)			;;
		*)			diag "${include_line#\# }" ;;
		esac
	done <"$SCRATCH/included"
	like "$(cat "$SCRATCH/included")" '^1\.\.[0-9]+' "${1##*/} got to its end"
}

# ---- the programs load, whichever compiler made them ----

for object in "$1"/*.o; do
	name=${object##*/}
	if command -v bpftool >/dev/null; then
		ok "$name loads" bpftool prog loadall "$object" "/sys/fs/bpf/${name%.o}"
	else
		skip "bpftool is not installed"
	fi
done

# ---- a command ----

# Debian's setting refuses perf events to the capabilities that sampling is content with: root's have
# to be opened before the others are dropped.
is "$(cat /proc/sys/kernel/perf_event_paranoid)" 3 "perf_event_paranoid is as Debian sets it"

# sampled NAME COMMAND...: into x.folded and x.json
sampled()
{
	sampled_name=$1
	shift
	status_is 0 "$sampled_name is sampled" \
		"$PB" -q -f 499 -c x.folded --summary-json x.json -- "$@"
	accounts "$sampled_name"
}

sampled "a program without frame pointers" "$OMIT" 3000 20
complete "a program without frame pointers" 950
chain="^omit;_start;(__libc_start[^;]*;)+main;outer;$(printf 'middle;%.0s' $(seq 20))inner(;|\$)"
at_least "$(permille x.folded "$chain")" 850 "a program without frame pointers: whole chains (of 1,000)"

sampled "python" python3 -c 'sum(i * i for i in range(2000000))'
complete "python" 900
at_least "$(permille x.folded '^python3(\.[0-9]+)?;_start;.*;_PyEval_EvalFrameDefault(;|$)')" 600 \
	"python: from the start to the interpreter's loop (of 1,000)"

status_is 0 "one CPU is sampled" "$PB" -q -c x.folded --summary-json x.json --cpu 1 -t 1s
is "$(json x.json cpus)" 1 "and no other"

include tests/live/self-unwind.t

# ---- probes ----

# probes-profile.t has hundreds of thousands of hits, which take minutes here; the same in small is
# in the last one.
include tests/live/probes-kernel.t
include tests/live/probes-front-kernel.t

# ---- an ordinary user ----

include tests/live/two-caps.t

done_testing
