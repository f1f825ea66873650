#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The profile helper at probes in user space and at tracepoints: each hit counts, with its stack.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd nm readelf
. "$top_srcdir/tests/lib/probes.sh"

HITS=$top_builddir/tests/workloads/hits
WITH_EVENT=$top_builddir/tests/lib/with-event
CHAIN="_start;__libc_start.*;main;.*thread;level1;level2;level3"

at() # NAME [RETURN [SEMAPHORE]]
{
	target uprobe "${2:-0}" "$(symbol "$HITS" "$1")" "${3:-0}" "$HITS" "$1"
}

# ---- exact counts ----

new_list
at hit
at other
at hit 1
hit_by "$HITS" 5000 4 2
probed --pid=$hitter
is "$status" 0 "three probes of a file, four threads, two children"
is "$(fact hits.0)/$(fact hits.1)/$(fact hits.2)" 60000/60000/60000 "as many hits as calls, at each"
is "$(fact samples)" 180000 "each is a sample"
hits_balance "threads and children"
is "$(fact event) $(fact probes)" "probes 3" "the stream is one of probes"

# Which ladder there is depends on the kernel; see tests/vm.
rung=$(fact probe_rung)
diag "rung: $rung"

new_list
at hit
hit_by "$HITS" 400000 1
probed --pid=$hitter
is "$(fact hits.0)/$(fact samples)" 400000/400000 "a fast sequence of hits is counted to the last one"
ns=$(cat ran)
diag "$((400000 * 1000000000 / ns)) hits/s"
is "$(stacks_like "^hits;$CHAIN;hit\$")" 400000 "with whole stacks, without frame pointers"

for mode in 1 3; do
	new_list
	at hit
	hit_by "$HITS" 2000 2
	probed --pid=$hitter --stream-mode=$mode
	is "$(fact samples) $(stacks_like ';hit$')" "4000 4000" "--stream-mode=$mode"
done

new_list
at hit
hit_by "$HITS" 20000 2
probed --pid=$hitter --stream-mode=1 --ring-size=4096
is "$(fact hits.0)" 40000 "hits are counted also where a small ring loses them"
hits_balance "small ring"
[ "$(fact lost_ring)" -gt 0 ]
tap_result $? "what it loses is counted: $(fact lost_ring)"

# ---- returns ----

new_list
at hit 1
hit_by "$HITS" 1000
probed --pid=$hitter
is "$(stacks_like "^hits;$CHAIN\$")" 1000 "at the return of a function its caller comes first"

new_list
at hit
for name in level1 level2 level3 hit; do
	at $name 1
done
hit_by "$HITS" 1000 2
probed --pid=$hitter --probe-roots
is "$(stacks_like "^uprobe:.*;hits;.*;thread;level1;level2;level3;hit\$")" 2000 \
	"callers that wait to be probed at their return are found"
is "$(stacks_like "^uretprobe:.*:level2;hits;.*;thread;level1\$")" 2000 "at their return, too"

# ---- targets ----

new_list
at hit
hit_by "$HITS" 1000
probed --comm='x*'
is "$(fact hits.0)/$(fact samples)/$(fact filtered)" /0/1000 "--comm: others are left out, and counted"
hits_balance "--comm"

new_list
at hit
hit_by "$HITS" 1000 3
probed --tid=$hitter
is "$(fact hits.0)/$(fact filtered)" 1000/2000 "--tid: one of three threads"

new_list
at hit
hit_by "$HITS" 1000
probed --own=$hitter
is "$(fact samples)/$(fact filtered)" 0/1000 "--own: profile-bee's processes are left out"

if [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
	new_list
	at hit
	hit_by sh -c 'taskset -c 0 "$1" 300; taskset -c 1 "$1" 500' sh "$HITS"
	probed --cpu=1
	is "$(fact hits.0)/$(fact filtered)" 500/300 "--cpu: hits on other CPUs are left out"
else
	skip "one CPU"
fi

new_list
at hit
hit_by sh -c '"$1" 300 & exec "$1" 500 3 1' sh "$HITS"
probed --uprobe-pid=$hitter
is "$(fact hits.0)" 1500 "--uprobe-pid: that process and its threads, not its children"

# ---- a semaphore ----

new_list
at guarded 0 "$(symbol "$HITS" semaphore)"
hit_by "$HITS" 700
probed --pid=$hitter
is "$(fact hits.0)" 700 "a semaphore is raised while its probe is attached"
new_list
at guarded
hit_by "$HITS" 700
probed --pid=$hitter
is "$(fact hits.0)" "" "and not otherwise"

# ---- tracepoints ----

new_list
target tracepoint 0 0 0 syscalls sys_enter_wait4
target tracepoint 0 0 0 syscalls sys_exit_exit_group
target tracepoint 0 0 0 sched sched_process_exit
target tracepoint 0 0 0 syscalls sys_enter_newfstat
hit_by "$HITS" 10 1 5
probed --pid=$hitter --probe-roots
is "$(facts_of probe_rung)" "raw_tp raw-syscall" "tracepoints without tracefs"
is "$(fact hits.0)" 6 "syscalls:sys_enter_wait4 by its number"
is "$(fact hits.1)" "" "syscalls:sys_exit_exit_group never comes"
# On 7.2 a task can be preempted in a tracepoint's program, which the kernel then skips for others on
# that CPU, and counts.
exits=$(fact hits.2)
[ "${exits:-0}" -le 6 ] && [ "$((${exits:-0} + $(fact lost_busy)))" -ge 6 ]
tap_result $? "sched:sched_process_exit by its name: ${exits:-0} of 6, $(fact lost_busy) skipped by the kernel"
like "$(cat stacks)" \
	'^tracepoint:.*sys_enter_wait4;hits;_start;.*;main;[^;]*wait4;entry_SYSCALL_64[^;]*;do_syscall_64[^;]*(;[^;]*(trace_enter|trace_sys_enter)[^;]*)? 6$' \
	"user and kernel frames, and none of the tracing machinery"
like "$(cat stacks)" ';do_exit[^;]* [0-9]+$' "a tracepoint's function is the innermost frame"

id=$(cat /sys/kernel/tracing/events/sched/sched_process_exit/id 2>/dev/null)
if [ -n "$id" ]; then
	new_list
	target tracepoint 0 0 0 sched sched_process_exit 7
	hit_by "$HITS" 10 1 5
	PROBE_RUNNER="$WITH_EVENT 7:2:$id::0 --" probed --pid=$hitter
	is "$(fact probe_rung)/$(fact hits.0)" tracefs/6 "a tracepoint by its perf event"
	like "$(cat stacks)" ';do_exit[^;]* [0-9]+$' "its function is the innermost frame"
else
	skip "no tracefs" 2
fi

# ---- what is refused ----

new_list
target uprobe 0 0 0 /nonexistent nothing
at hit
target tracepoint 0 0 0 syscalls sys_enter_nonexistent
target tracepoint 0 0 0 sched nonexistent
hit_by "$HITS" 100
probed --pid=$hitter
is "$(fact hits.1)" 100 "what can be attached is"
like "$(fact refused.0)" 'No such file' "a file that is not there is refused"
isnt "$(fact refused.2)" "" "a system call that is not"
isnt "$(fact refused.3)" "" "a tracepoint that is not"

new_list
target tracepoint 0 0 0 sched nonexistent
hit_by true
probed
is "$status" 1 "nothing at all is a failure"
is "$(sed -n 1p err)" "profile-bee: cannot attach a probe to nonexistent: there is no such tracepoint" \
	"that says why"
like "$(sed -n 2p err)" 'need root' "and what would help"

if command -v setpriv >/dev/null; then
	cp "$HELPERS/profile" ./profile-copy
	chmod 755 . profile-copy
	new_list
	at hit
	printf 'end\t1\n' >>list
	status_is 3 "without privileges the kernel's refusal is reported" setpriv --reuid=65534 \
		--clear-groups --bounding-set=-all --inh-caps=-all ./profile-copy --probes-fd=4 4<list
else
	skip "setpriv is not installed"
fi

# damaged TEXT DESCRIPTION
damaged()
{
	printf "$1" >bad
	"$HELPERS/profile" --probes-fd=4 4<bad </dev/null >out 2>err
	is "$? $(wc -l <err)" "1 1" "$2: one line" || diag "$(cat err)"
}
good='probe\t0\tuprobe\t0\t4096\t0\t0\t\t/bin/true\tf\tf\t\n'
damaged '' "an empty list"
damaged 'end\t0\n' "a list of nothing"
damaged "$good" "a list without its end"
damaged "$good"'end\t2\n' "a wrong number of lines"
damaged "$good"'end\t1\n\n' "something after the end"
damaged "$good"'end\t1' "a line without its newline"
damaged 'note\t0\ttext\nend\t1\n' "a line that is no target"
damaged 'probe\t0\tuprobe\t0\t-1\t0\t0\t\t/bin/true\tf\tf\t\nend\t1\n' "a negative number"
damaged 'probe\t0\tuprobe\t0\t1\t0\t0\t\tbin/true\tf\tf\t\nend\t1\n' "a relative path"
damaged 'probe\t0\tkprobe\t0\t1\t0\t0\t999\t\tf\tf\t\nend\t1\n' "a descriptor that is not open"
damaged 'probe\t0\tkprobe\t0\t1\t0\t0\t\t\t\tf\t\nend\t1\n' "no name"
damaged 'probe\t0\tuprobe\t0\t1\t0\t0\t\t/bin/true\tf\tf\tno\nend\t1\n' "what cannot be attached"
status_is 2 "--probes-fd=x is a usage error" "$HELPERS/profile" --probes-fd=x
status_is 2 "--uprobe-pid=0, too" "$HELPERS/profile" --uprobe-pid=0
"$HELPERS/profile" --probes-fd=77 </dev/null >out 2>err
is "$? $(wc -l <err)" "1 1" "--probes-fd that is not open: one line"

# ---- nothing stays in ----

# first_byte PID: of hit() in that process's memory.
first_byte()
{
	start=$(sed -n 's/-.* r-xp .*hits$//p' /proc/$1/maps)
	text=$(readelf -lW "$HITS" | awk '$1 == "LOAD" && / R E / { print $2; exit }')
	dd if=/proc/$1/mem bs=1 count=1 skip=$((0x$start + $(symbol "$HITS" hit) - text)) \
		2>/dev/null | od -An -tx1 | tr -d ' '
}

if command -v bpftool >/dev/null || [ -x /usr/sbin/bpftool ]; then
	PATH=$PATH:/usr/sbin
	bpftool link list 2>/dev/null | wc -l >links-before
else
	echo >links-before
fi
mkfifo hold
"$HITS" 10 <hold >ran &
victim=$!
exec 8>hold
before=$(first_byte $victim)
new_list
at hit
printf 'end\t1\n' >>list
: >facts
sleep 60 | "$HELPERS/profile" --status-fd=3 --probes-fd=4 >stream 3>facts 4<list &
until_live 20
is "$(first_byte $victim)" cc "while it runs, a breakpoint is in the program"
helper=$(pgrep -n -x -f "$HELPERS/profile --status-fd=3 --probes-fd=4")
kill -KILL "$helper"
tries=0
while [ "$(first_byte $victim)" = cc ] && [ $tries -lt 100 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
is "$(first_byte $victim)" "$before" "after kill -9 it is not"
is "$(cat /sys/kernel/tracing/uprobe_events 2>/dev/null)" "" "nor anything in uprobe_events"
if [ -n "$(cat links-before)" ]; then
	sleep 0.3
	is "$(bpftool link list 2>/dev/null | wc -l)" "$(cat links-before)" "nor a BPF link"
else
	skip "bpftool is not installed"
fi
exec 8>&-
wait $victim

done_testing
