#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes, programs and libraries that come and go faster than tables are made: how many stacks are
# complete, and that what is kept for them is given back.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf

WORKLOADS=$top_builddir/tests/workloads
OMIT=$WORKLOADS/omit
SHORT=$WORKLOADS/short
export OMIT SHORT

# sampled NAME PROFILE-BEE-ARGUMENT...: into x.folded and x.json
sampled()
{
	sampled_name=$1
	shift
	status_is 0 "$sampled_name: sampled" timeout 120 "$PB" -q -f 997 -c x.folded --summary-json x.json "$@"
	accounts "$sampled_name"
	is "$(json x.json unwind.walk)" tables "$sampled_name: by unwind tables"
	is "$(json x.json unwind.builders_died)" 0 "$sampled_name: every builder lives"
}

# A stack of omit, from the root to the leaf.
chain=";_start;(__libc_start[^;]*;)+main;outer;$(printf 'middle;%.0s' $(seq 20))inner(;|\$)"

sampled "dlopen in a loop" -- "$WORKLOADS/dlopens" 400 \
	libz.so.1 libm.so.6 liblzma.so.5 libelf.so.1 libz.so.1 libdw.so.1 libz.so.1 libxml2.so.2
is "$(cat out)" 0 "dlopen in a loop: every library was opened"
complete "dlopen in a loop" 950
at_least "$(permille x.folded ';main;round_of;compute;[^;]*crc32')" 500 \
	"dlopen in a loop: below the library's function is its caller (of 1,000)"

sampled "1,000 programs of 2 ms" -- \
	sh -c 'i=0; while [ $i -lt 1000 ]; do "$OMIT" 2; i=$((i + 1)); done'
complete "1,000 programs of 2 ms" 900
at_least "$(permille x.folded "^omit$chain")" 200 "1,000 programs of 2 ms: whole chains (of 1,000)"
at_most "$(json x.json unwind.processes)" 20 "1,000 programs of 2 ms: processes known at the end"

sampled "programs that become others" -- \
	sh -c 'i=0; while [ $i -lt 100 ]; do sh -c "exec env sh -c \"exec \\\"\$OMIT\\\" 10\""; i=$((i + 1)); done'
complete "programs that become others" 900
at_least "$(permille x.folded "^omit$chain")" 500 "programs that become others: whole chains (of 1,000)"
unlike "$(cat x.folded)" '^(sh|env);.*;middle;' "programs that become others: nothing is named by what was before"

sampled "500 processes at a time" -- \
	sh -c 'i=0; while [ $i -lt 500 ]; do "$OMIT" 20 & i=$((i + 1)); done; wait'
complete "500 processes at a time" 900
at_least "$(permille x.folded "^omit$chain")" 700 "500 processes at a time: whole chains (of 1,000)"
at_most "$(json x.json unwind.processes)" 20 "500 processes at a time: known at the end"

cp "$OMIT" removed
sampled "a program that is removed while it runs" -- sh -c './removed 1500 & sleep 0.3; rm removed; wait'
complete "a program that is removed while it runs" 950
at_least "$(permille x.folded "^removed$chain")" 900 "a program that is removed while it runs: whole chains (of 1,000)"

cp "$OMIT" removed
./removed 4000 &
removed=$!
sleep 0.3
rm removed
sampled "a program that was removed before" -t 1s --pid "$removed"
wait $removed
complete "a program that was removed before" 900

# The same name and another inode, while both run.
cp "$OMIT" replaced
sampled "a program that is replaced" -- \
	sh -c './replaced 1500 & sleep 0.3; cp "$SHORT" new; mv new replaced; ./replaced 700; wait'
complete "a program that is replaced" 950
at_least "$(permille x.folded "^replaced$chain")" 500 "a program that is replaced: chains of the old one (of 1,000)"
at_least "$(permille x.folded '^replaced;_start;(__libc_start[^;]*;)+main;brief(;|$)')" 200 \
	"a program that is replaced: chains of the new one (of 1,000)"

done_testing
