#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The profile helper at functions of the kernel, by whatever way to attach there this kernel has.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd nm readelf dd
. "$top_srcdir/tests/lib/probes.sh"

HITS=$top_builddir/tests/workloads/hits
CALL=entry_SYSCALL_64_after_hwframe
diag "Linux $(uname -r)"

# writes N: a command that writes so often.
writes()
{
	hit_by dd if=/dev/zero of=/dev/null bs=1 count="$1" status=none
}

new_list
target kprobe 0 0 0 "" vfs_write
writes 10
probed --pid=$hitter
if [ "$status" != 0 ]; then
	is "$(wc -l <err)" 2 "where the kernel refuses, a line says so and another what would help"
	skip "no way to attach to the kernel's functions: $(sed -n 1p err)"
	done_testing
	exit
fi
diag "$(facts_of probe_rung)"

# at_function RUNNER NAME: the probes that any way must manage.
at_function()
{
	new_list
	target kprobe 0 0 0 "" vfs_write $2
	PROBE_RUNNER=$1
	writes 500
	probed --pid=$hitter
	PROBE_RUNNER=
	is "$(fact hits.0)/$(fact samples)" 500/500 "$3: as many hits as calls"
	hits_balance "$3"
	is "$(stacks_like "^dd;.*write;$CALL[^;]*;do_syscall_64[^;]*;.*ksys_write[^;]*;vfs_write_\[k\]\$")" \
		500 "$3: user stacks, and the function innermost" || diag "$(head -n 5 stacks)"
}

at_function "" "" "$(facts_of probe_rung)"
new_list
target kprobe 1 0 0 "" vfs_write
target kprobe 0 0 0 "" vfs_read
target kprobe 0 0 0 "" nonexistent_function
writes 500
probed --pid=$hitter --probe-roots
is "$(fact hits.0)" 500 "returns: as many hits as calls"
[ "$(fact hits.1)" -ge 500 ]
tap_result $? "another function at the same time"
isnt "$(fact refused.2)" "" "a function that is not there is refused"
is "$(stacks_like "^kretprobe:vfs_write;dd;.*write;$CALL[^;]*;do_syscall_64[^;]*;.*ksys_write_\[k\](;vfs_write_\[k\])?\$")" \
	500 "returns: the caller is innermost, or the function" || diag "$(head -n 5 stacks)"

if [ -r /sys/bus/event_source/devices/kprobe/type ]; then
	type=$(cat /sys/bus/event_source/devices/kprobe/type)
	at_function "$top_builddir/tests/lib/with-event 7:$type:0:vfs_write:0 --" 7 "an event that was handed over"
	is "$(fact probe_rung)" perf-kprobe "by its perf event"
else
	skip "no kprobes" 4
fi

# ---- functions of one process's program ----

# Kernels before 6.6 need an event for them, which profile opens itself.
new_list
target uprobe 0 "$(symbol "$HITS" hit)" 0 "$HITS" hit
hit_by sh -c '"$1" 300; exec "$1" 500' sh "$HITS"
probed --uprobe-pid=$hitter
is "$(fact hits.0)" 500 "$(facts_of probe_rung) in one process: as many hits as calls"
is "$(fact filtered)" 0 "$(facts_of probe_rung) in one process: nothing runs in others"

# ---- without perf events ----

KPROBE=/sys/bus/event_source/devices/kprobe
if command -v unshare >/dev/null && [ -d "$KPROBE" ]; then
	cat >hidden <<END
#!/bin/sh
mount -t tmpfs none $KPROBE
exec "\$@"
END
	chmod +x hidden
	PROBE_RUNNER="unshare -m ./hidden"
	new_list
	target kprobe 0 0 0 "" vfs_write
	target kprobe 1 0 0 "" vfs_write
	target kprobe 0 4 0 "" vfs_write
	writes 500
	probed --pid=$hitter
	rung=$(fact probe_rung)
	like "$rung" '^(fentry|kprobe_multi)$' "a function by another way: $rung" || diag "$(cat err)"
	is "$(fact hits.0)/$(fact hits.1)" 500/500 "$rung: as many hits as calls, and as returns"
	hits_balance "$rung"
	at_least_half=$(stacks_like '^dd;.*write;.*ksys_write[^;]*;vfs_write_\[k\]$')
	[ "$at_least_half" -ge 500 ]
	tap_result $? "$rung: user stacks, and the function innermost" || diag "$(head -n 5 stacks)"
	isnt "$(fact refused.2)" "" "$rung: a place inside a function is refused"
else
	skip "no kprobes to hide" 5
fi

done_testing
