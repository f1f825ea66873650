#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Two capabilities are enough: an ordinary user whose front end has cap_bpf and cap_perfmon gets what
# root gets, whatever kernel.perf_event_paranoid is.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
. "$top_srcdir/tests/lib/user.sh"
need_bpf
need_cmd python3
need_user
PARANOID=/proc/sys/kernel/perf_event_paranoid
paranoid=$(cat $PARANOID)
case $paranoid in
[3-9])	rung=timer sideband=bpf ;;
*)	rung=perf sideband=perf ;;
esac
diag "Linux $(uname -r), perf_event_paranoid $paranoid"

# front OPTION... : with both outputs and the summary.
front()
{
	rm -f x.*
	as_user ./front -c x.folded -s x.svg --summary-json x.json "$@"
}

# outputs NAME: what every run must have.
outputs()
{
	accounts "$1"
	is "$(json x.json sideband)" $sideband "$1: the side band"
	like "$(cat x.svg)" "<svg" "$1: a flame graph"
}

status_is 0 "a command" front -f 199 -- python3 -c 'sum(i * i for i in range(1000000))'
outputs "a command"
complete "a command" 900
is "$(json x.json sampler)" $rung "a command: what takes the samples"
at_least "$(permille x.folded '^python3(\.[0-9]+)?;_start;.*;_PyEval_EvalFrameDefault(;|$)')" 600 \
	"a command: from the start to the interpreter's loop (of 1,000)"
like "$(cat x.svg)" "_PyEval_EvalFrameDefault" "a command: named in the flame graph"

dd if=/dev/zero of=/dev/null bs=4k 2>/dev/null &
work=$!
status_is 0 "the whole system" front -f 99 -t 5s
kill $work
wait $work 2>/dev/null
outputs "the whole system"
# Others' programs may be closed to the user: nothing but the one that was started here counts.
grep '^dd;' x.folded >dd.folded
at_most "$(permille dd.folded ';.cut: ')" 100 "the whole system: another user's program, cut (of 1,000)"
at_least "$(permille dd.folded '^dd;.*libc_start_call_main;.*;entry_SYSCALL_64_after_hwframe_.k.;')" 500 \
	"the whole system: and in the kernel (of 1,000)"

# at SPEC...: hits of a probe; REGEX: one of their stacks.
at()
{
	at_regex=$1
	at_probe="$2 $3"
	shift
	status_is 0 "$at_probe" front "$@"
	outputs "$at_probe"
	complete "$at_probe" 900
	like "$(cat x.folded)" "$at_regex" "$at_probe: the whole stack"
}

if grep -q '^CONFIG_KPROBES=y' "/boot/config-$(uname -r)" 2>/dev/null || [ -n "$VM_RUN" ]; then
	at '^dd;.*libc_start_call_main;.*;entry_SYSCALL_64_after_hwframe_.k.;.*ksys_write_.k.;vfs_write_.k. ' \
		--kprobe vfs_write -- dd if=/dev/zero of=/dev/null count=20
else
	skip "this kernel lets nobody probe its functions"
fi
at '^sleep;.*libc_start_call_main;.*;entry_SYSCALL_64_after_hwframe_.k.;.*nanosleep_.k.;.*schedule' \
	--tracepoint sched:sched_switch -- sleep 0.1
if [ "$(uname -r | awk -F. '{ print ($1 > 6 || ($1 == 6 && $2 >= 6)) }')" = 1 ]; then
	at '^cat;.*libc_start_call_main;.*;malloc ' --uprobe malloc -- cat /dev/null
else
	status_is 3 "before Linux 6.6 only root has probes in programs" front --uprobe malloc -- true
	like "$(cat err)" "need Linux 6.6 or newer, or root" "and that is told"
fi

# ---- what is asked for and refused ----

if [ $rung = timer ]; then
	status_is 3 "perf events are asked for" front --sampler=perf -- true
	like "$(cat err)" "kernel.perf_event_paranoid above 2 leaves them to root: --sampler=auto does without" \
		"the remedy is told"
	status_is 0 "the kernel's tick" front -f 99 --sampler=tick -- python3 -c \
		'sum(i * i for i in range(500000))'
	complete "the kernel's tick" 900
fi
is "$(cat $PARANOID)" "$paranoid" "perf_event_paranoid is as it was"
done_testing
