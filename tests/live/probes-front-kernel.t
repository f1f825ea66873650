#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Probes by the front end on a kernel that has kprobes: functions of the kernel, tracepoints by their
# events, and functions of programs by whatever this kernel offers; exact counts.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd dd unshare
[ -e /sys/bus/event_source/devices/kprobe/type ] || skip_all "this kernel has no kprobes"
. "$top_srcdir/tests/lib/results.sh"

HITS=$top_builddir/tests/workloads/hits
PARANOID=/proc/sys/kernel/perf_event_paranoid
EVENTS=/sys/kernel/tracing/events
USER_TO_KERNEL='entry_SYSCALL_64_after_hwframe[^;]*;do_syscall_64[^;]*;([^;]*;)*'
# Debian's programs have no names for their own functions.
START='(_start|\[[^];]*\]);__libc_start_main[^;]*;'
IN_WRITE="^dd;$START.*write;${USER_TO_KERNEL}ksys_write[^;]*;vfs_write_\\[k\\]\$"
CHAIN='(_start;.*;main;call_all|clone3;start_thread);thread;level1;level2;level3'
paranoid_before=$(cat $PARANOID)
user_rung=perf-uprobe
[ "$(uname -r | awk -F. '{ print ($1 > 6 || ($1 == 6 && $2 >= 6)) }')" = 0 ] ||
	user_rung=uprobe_multi
diag "Linux $(uname -r), perf_event_paranoid $paranoid_before"

# ran NAME OPTION... -- COMMAND...: collapsed stacks are in x.folded, the summary in x.json.
ran()
{
	ran_name=$1
	shift
	status_is 0 "$ran_name" $AS "$FRONT" -q -c x.folded --summary-json x.json "$@" </dev/null
	[ ! -s err ] || diag "$(head -n 5 err)"
}

refused()
{
	grep -c '"refused":' x.json
}

# attached_by RUNG NAME: that alone.
attached_by()
{
	is "$(sed -n 's/^  "probe_rungs": "\(.*\)",$/\1/p' x.json)" "$1" "$2: by $1"
}

stacks_like()
{
	regex=$1 awk '{ n = $NF; sub(/ [0-9]+$/, "") } $0 ~ ENVIRON["regex"] { sum += n }
		END { print sum + 0 }' x.folded
}

AS=
FRONT=$PB
WRITER="dd if=/dev/zero of=/dev/null bs=1 status=none"

# ---- functions of the kernel ----

$WRITER &
writer=$!
ran "--kprobe vfs_write --time 200 --svg" --kprobe vfs_write --time 200 --svg k.svg
kill $writer
wait $writer 2>/dev/null
attached_by perf-kprobe "vfs_write"
at_least "$(stacks_like "$IN_WRITE")" 10 "stacks that led to vfs_write, from the start of the program"
unlike "$(grep '^dd;' x.folded)" "cut:" "each is whole"
like "$(cat k.svg)" "vfs_write" "the SVG names the function"
like "$(cat k.svg)" "write" "and the user function that led to it"
like "$(tail -n 1 k.svg)" "</svg>" "it is one"

ran "a kprobe" --kprobe vfs_write -- $WRITER count=500
is "$(hits kprobe:vfs_write)/$(json x.json samples)/$(json x.json lost)" 500/500/0 \
	"a kprobe: as many hits as calls"
is "$(stacks_like "$IN_WRITE")" 500 "a kprobe: every stack is whole" || diag "$(head -n 5 x.folded)"
attached_by perf-kprobe "a kprobe"

for spec in "--kprobe ret:vfs_write" "-e kretprobe:vfs_write"; do
	ran "$spec" $spec -- $WRITER count=500
	is "$(hits kretprobe:vfs_write)/$(json x.json samples)" 500/500 "$spec: as many hits as returns"
	is "$(stacks_like "^dd;$START.*write;${USER_TO_KERNEL}ksys_write_\\[k\\](;vfs_write_\\[k\\])?\$")" \
		500 "$spec: every stack is whole" || diag "$(head -n 5 x.folded)"
	attached_by perf-kprobe "$spec"
done

ran "a glob" --kprobe 'vfs_writ*' -- $WRITER count=500
is "$(hits kprobe:vfs_write)" 500 "a glob: as many hits as calls"
at_least "$(grep -c '{"name": "kprobe:vfs_writ' x.json)" 2 "a glob: functions"
is "$(refused)" 0 "a glob: all are attached"

# A function begins with endbr64, which has 4 bytes, or with a nop for ftrace, which has 5.
"$PB" -q -c 4.folded --summary-json 4.json --kprobe vfs_write+4 -- $WRITER count=500 2>4.err
"$PB" -q -c 5.folded --summary-json 5.json --kprobe vfs_write+0x5 -- $WRITER count=500 2>5.err
if [ -s 4.err ]; then inside=5 between=4; else inside=4 between=5; fi
cp $inside.json x.json
is "$(sed -n 's/.*"hits": \([0-9]*\),.*/\1/p' x.json)" 500 "vfs_write+$inside: as many hits as calls"
attached_by perf-kprobe "vfs_write+$inside"
like "$(cat $between.err)" "cannot attach a probe to vfs_write\\+0x$between: " \
	"vfs_write+$between is between instructions, and refused" || diag "$(cat $between.err)"

# ---- tracepoints ----

ran "sched:sched_switch" --tracepoint sched:sched_switch -- \
	sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.01; done'
at_least "$(hits tracepoint:sched:sched_switch)" 20 "sched:sched_switch: hits"
like "$(cat x.folded)" "^sleep;$START.*;${USER_TO_KERNEL}.*nanosleep.*;schedule_\\[k\\]" \
	"sched:sched_switch: who slept, and how"
attached_by tracefs "sched:sched_switch"

all=$(ls -d $EVENTS/sched/*/ | wc -l)
ran "sched:*" --tracepoint 'sched:*' -- "$HITS" 10 1 5
is "$(grep -c '{"name": "tracepoint:sched:' x.json)/$(refused)" "$all/0" "sched:*: all are attached"
is "$(hits tracepoint:sched:sched_process_fork)" 5 "sched:*: sched_process_fork"
is "$(hits tracepoint:sched:sched_process_exit)" 6 "sched:*: sched_process_exit"
like "$(cat x.folded)" "^tracepoint:sched:sched_process_fork;hits;_start;.*;main;.*${USER_TO_KERNEL}" \
	"sched:*: user stacks"
attached_by tracefs "sched:*"

# opens N: hits of a shell that opens so many files.
opens()
{
	ran "syscalls:sys_enter_openat, $1 calls" --tracepoint syscalls:sys_enter_openat -- \
		sh -c 'i=0; while [ $i -lt $1 ]; do : </dev/null; i=$((i + 1)); done' sh "$1"
	opened=$(hits tracepoint:syscalls:sys_enter_openat)
}
opens 0
without=$opened
opens 300
is "$((${opened:-0} - ${without:-0}))" 300 "syscalls:sys_enter_openat: as many hits as calls"
# The events of single system calls have no kernel stack on 6.1, whose handler is given user registers.
at_least "$(stacks_like "^sh;$START.*open[^;]*(;entry_SYSCALL_64.*)?\$")" 300 \
	"syscalls:sys_enter_openat: from where" || diag "$(sort -k 2 x.folded | tail -n 5)"
attached_by tracefs "syscalls:sys_enter_openat"

# ---- functions of programs ----

ran "--uprobe malloc" --uprobe malloc -- dd if=/dev/null of=/dev/null status=none
at_least "$(hits uprobe:libc.so.6:malloc)" 1 "malloc: hits"
like "$(cat x.folded)" "^dd;$START.*;malloc " "malloc: its callers"
unlike "$(cat x.folded)" "cut:" "malloc: every stack is whole"
attached_by "$user_rung" "malloc"

sh -c 'while :; do x=$(echo y); done' &
shell=$!
ran "--uprobe malloc, of all programs" --uprobe malloc --time 500
kill $shell
wait $shell 2>/dev/null
at_least "$(stacks_like "(^|;)sh;$START.*;malloc\$")" 1 \
	"malloc in a program that ran already" || diag "$(tail -n 5 x.folded)"

ran "--uprobe in threads and children" --uprobe "$HITS:hit" --uprobe "ret:$HITS:hit" -- "$HITS" 500 4 2
is "$(hits uprobe:hits:hit)/$(hits uretprobe:hits:hit)" 6000/6000 \
	"threads and children: as many hits as calls, and as returns"
is "$(json x.json samples)/$(json x.json lost)" 12000/0 "threads and children: each is a sample"
is "$(stacks_like "^uprobe:hits:hit;hits;$CHAIN;hit\$")" 6000 \
	"threads and children: every stack is whole" || diag "$(head -n 8 x.folded)"
is "$(stacks_like "^uretprobe:hits:hit;hits;$CHAIN\$")" 6000 \
	"threads and children: at their return, too"
attached_by "$user_rung" "threads and children"

is "$(cat $PARANOID)" "$paranoid_before" "perf_event_paranoid is as it was"
is "$(cat /sys/kernel/tracing/kprobe_events /sys/kernel/tracing/uprobe_events 2>/dev/null)" "" \
	"nothing is left in kprobe_events and uprobe_events"

# ---- with two capabilities ----

# Debian's setting refuses them the events that tell of mappings.  A machine of ours can be set.
if [ "$paranoid_before" -gt 2 ] && [ -n "$VM_RUN" ]; then
	echo 2 >$PARANOID
fi
cp "$PB" front
chmod 777 .
if [ "$(cat $PARANOID)" -gt 2 ]; then
	skip "perf_event_paranoid is $paranoid_before"
	done_testing
	exit
elif ! command -v setpriv >/dev/null || ! setcap cap_bpf,cap_perfmon=p front 2>/dev/null; then
	skip "no file capabilities, or no setpriv"
	done_testing
	exit
fi
rm -f x.folded x.json
AS="setpriv --reuid=65534 --regid=65534 --clear-groups"
FRONT=./front

ran "nobody's kprobe" --kprobe vfs_write -- $WRITER count=500
is "$(hits kprobe:vfs_write)/$(stacks_like "$IN_WRITE")" 500/500 \
	"nobody's kprobe: as many hits as calls, and whole stacks" || diag "$(head -n 5 x.folded)"
diag "nobody's kprobe: $(grep probe_rungs x.json)"

# Without the kernel's perf events for functions there is only BPF.
cat >hidden <<'HIDDEN'
#!/bin/sh
mount -t tmpfs none /sys/bus/event_source/devices/kprobe
exec "$@"
HIDDEN
chmod +x hidden
AS_NOBODY=$AS
AS="unshare -m ./hidden $AS_NOBODY"
ran "nobody's kprobe without perf events" --kprobe vfs_write -- $WRITER count=500
is "$(hits kprobe:vfs_write)/$(stacks_like "$IN_WRITE")" 500/500 \
	"nobody's kprobe without perf events: as many hits as calls, and whole stacks" ||
	diag "$(head -n 5 x.folded)"
like "$(grep probe_rungs x.json)" '"(fentry|kprobe_multi)"' \
	"nobody's kprobe without perf events: by fentry or kprobe_multi"
diag "nobody's kprobe without perf events: $(grep probe_rungs x.json)"

ran "nobody's return probe without perf events" --kprobe ret:vfs_write -- $WRITER count=500
is "$(hits kretprobe:vfs_write)" 500 "nobody's return probe without perf events: as many hits as returns"
AS=$AS_NOBODY

ran "nobody's tracepoints" --tracepoint sched:sched_process_fork \
	--tracepoint syscalls:sys_enter_wait4 -- "$HITS" 10 1 5
is "$(hits tracepoint:sched:sched_process_fork)" 5 "nobody's tracepoints: by its name"
is "$(hits tracepoint:syscalls:sys_enter_wait4)" 6 "nobody's tracepoints: by its call's number"
attached_by "raw_tp, raw-syscall" "nobody's tracepoints"

if [ $user_rung = uprobe_multi ]; then
	ran "nobody's uprobes" --uprobe "$HITS:hit" -- "$HITS" 500 4 2
	is "$(hits uprobe:hits:hit)/$(json x.json lost)" 6000/0 "nobody's uprobes: as many hits as calls"
	is "$(stacks_like "^hits;$CHAIN;hit\$")" 6000 \
		"nobody's uprobes: every stack is whole" || diag "$(head -n 5 x.folded)"
	attached_by uprobe_multi "nobody's uprobes"
else
	status_is 3 "before Linux 6.6 nobody's uprobes are refused" $AS $FRONT -q -c x.folded \
		--uprobe "$HITS:hit" -- "$HITS" 5
	like "$(cat err)" "Linux 6.6 or newer, or root" "and it says what would help"
fi

done_testing
