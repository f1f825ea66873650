#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that are gone when the names are looked up: short commands, many short children, a program
# that removes itself, one that becomes another.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf

SHORT=$top_builddir/tests/workloads/short

# named REGEX DESCRIPTION: of 1,000 user samples of the command, so many have a named leaf.
named()
{
	grep -E "$1" folded | grep -vE '_\[k\] [0-9]+$' >user
	at_least "$(total user)" "$2" "$3: samples of user code"
	at_least "$(permille user ';[^;[][^;]*$')" 950 "$3: have the function's name (of 1,000)"
}

status_is 0 "a command of 50 ms: sampled" "$PB" -q -f 4999 -c folded -- "$SHORT" 50
named '^short;' 50 "a command of 50 ms"
at_least "$(permille folded '^short;(.*;)?main;brief(;|$)')" 500 "a command of 50 ms: main calls brief"

status_is 0 "200 children of 5 ms: sampled" "$PB" -q -f 4999 -c folded -- "$SHORT" 5 200
named '^short;' 1000 "200 children of 5 ms"
at_least "$(permille folded '^short;(.*;)?main;brief(;|$)')" 500 "200 children of 5 ms: main calls brief"

# Each is forked on one CPU and often becomes another program on the other one.
status_is 0 "300 programs, three at a time: sampled" "$PB" -q -f 2999 -c folded -- \
	sh -c 'seq 300 | xargs -P 3 -n 1 sh -c "\"\$0\" 5" "$0"' "$SHORT"
named '^short;' 1000 "300 programs, three at a time"
at_most "$(permille folded ';\[0x[0-9a-f]+\]$')" 20 \
	"300 programs, three at a time: leaves in no known mapping (of 1,000)"

cp "$SHORT" gone
status_is 0 "a program that removes itself: sampled" "$PB" -q -f 999 -c folded -- ./gone 400
named '^gone;' 50 "a program that removes itself"
at_least "$(permille folded '^gone;(.*;)?main;brief(;|$)')" 500 "a program that removes itself: main calls brief"
[ ! -e gone ]
tap_result $? "it is gone"

status_is 0 "a program that becomes another: sampled" \
	"$PB" -q -f 4999 -c folded -- sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; exec "$0" 100' "$SHORT"
named '^short;' 100 "a program that becomes another"
like "$(cat folded)" '^sh;' "and what it was before"
unlike "$(cat folded)" '^sh;.*;brief' "which is not mistaken for what it became"
done_testing
