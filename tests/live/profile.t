#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The profile helper by itself: its accounts, its targets, and its stream as perf reads it.
. "${0%/*}/../lib/tap.sh"
need_bpf

FRAMES=$top_builddir/tests/workloads/frames

# until_live SECONDS: wait until sampling has begun, ten seconds at most, and then so long.
until_live()
{
	tries=0
	while ! grep -q '^live' facts && [ "$tries" -lt 200 ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
	sleep "$1"
}

# sample SECONDS OPTION...: run the helper; the stream is in `stream`, the status lines in `facts`.
sample()
{
	seconds=$1
	shift
	: >facts
	until_live "$seconds" | "$HELPERS/profile" --status-fd=3 "$@" >stream 3>facts
}

# fact KEY: its value in the last run.
fact()
{
	sed -n "s/^$1 //p" facts | tail -n 1
}

# Every tick that was due is in the stream, left out on purpose, or lost with a cause.
accounts_balance()
{
	sum=0
	for key in samples filtered idle_skipped idle_unsampled lost_ring lost_map lost_nested lost_busy; do
		sum=$((sum + $(fact $key)))
	done
	is "$sum" "$(fact samples_due)" "$1: due = samples + left out + lost"
}

load()
{
	"$FRAMES" "$1" 3 &
	load_pid=$!
}

# ---- the account under load, with room and without ----

load 40000
sample 1 --frequency=997
is "$(fact done)" 1 "a run is complete"
accounts_balance "default sizes"
is "$(fact lost_ring)/$(fact lost_map)/$(fact lost_nested)/$(fact lost_events)" 0/0/0/0 \
	"nothing is lost with the default sizes"
[ "$(fact samples)" -gt 100 ]
tap_result $? "there are samples: $(fact samples)"

sample 1 --frequency=4999 --ring-size=4096 --map-size=4
accounts_balance "small ring and map"
[ "$(fact lost_map)" -gt 0 ]
tap_result $? "what a small ring and map lose is counted: $(fact lost_map)"

sample 1 --frequency=4999 --stream-mode=1 --ring-size=4096
accounts_balance "every sample, small ring"
[ "$(fact lost_ring)" -gt 0 ]
tap_result $? "what a small ring loses is counted: $(fact lost_ring)"

sample 1 --frequency=997 --stream-mode=3
accounts_balance "counts at the end"

# ---- targets ----

sample 1 --frequency=997 --pid=$load_pid
accounts_balance "--pid"
if command -v perf >/dev/null; then
	names=$(perf script -i stream -G -F comm,pid 2>/dev/null | awk 'NF { print $1, $2 }' | sort -u)
	is "$(printf '%s\n' "$names" | awk '{ print $1 }' | sort -u)" frames "--pid: that program only"
	is "$(printf '%s\n' "$names" | wc -l)" 4 "--pid: its existing children too"
else
	skip "perf is not installed" 2
fi
kill $load_pid
pkill -x frames
wait $load_pid 2>/dev/null

"$FRAMES" 3500 &
sample 1 --frequency=997 --comm='fr[a-m]m?s'
[ "$(fact samples)" -gt 100 ]
tap_result $? "--comm: samples of a name that matches: $(fact samples)"
accounts_balance "--comm"
wait

"$FRAMES" 3500 &
sample 1 --frequency=997 --comm='fr[n-z]m?s'
is "$(fact samples)" 0 "--comm: none of a name that does not match"
wait

"$FRAMES" 3500 &
sample 1 --frequency=997 --tid=$!
[ "$(fact samples)" -gt 100 ]
tap_result $? "--tid: samples of that thread: $(fact samples)"
wait

sample 1 --frequency=997 --cpu=0
is "$(fact cpus)" 1 "--cpu: one CPU"
[ "$(fact samples_due)" -lt 1200 ]
tap_result $? "--cpu: ticks of one CPU: $(fact samples_due)"

sample 1 --frequency=99 --skip-idle
accounts_balance "--skip-idle"
if command -v perf >/dev/null; then
	# The innermost frame: an interrupt's work on top of the idle loop stays.
	idle=$(perf script -i stream -F comm,ip,sym 2>/dev/null | awk 'BEGIN { RS = ""; FS = "\n" }
		$2 ~ /(pv_native_safe_halt|default_idle)$/ { n++ } END { print n + 0 }')
	is "$idle" 0 "--skip-idle: no sample of the idle loop"
else
	skip "perf is not installed"
fi

# ---- a child that is forked while we sample ----

mkfifo go
sh -c 'read x <go; "$1" 800 & wait' sh "$FRAMES" &
shell=$!
: >facts
(until_live 0.2; echo >go; sleep 1.2) | "$HELPERS/profile" --status-fd=3 --frequency=997 --pid=$shell >stream 3>facts
wait
[ "$(fact samples)" -gt 100 ]
tap_result $? "--pid: a later child is followed: $(fact samples)"

# ---- names ----

"$top_builddir/tests/workloads/clock" 2500 &
sleep 0.3
sample 1 --frequency=997 --pid=$!
wait
"$HELPERS/symbolize" <stream >named 2>err
"$HELPERS/render" --output=collapsed:3 <named 3>stacks
like "$(cat stacks)" ";__vdso_clock_gettime [0-9]+$" \
	"the vdso of a process that runs already is known"

# ---- stacks, as perf reads them ----

if command -v perf >/dev/null; then
	"$FRAMES" 3500 &
	sample 1 --frequency=997 --pid=$! --stream-mode=1
	wait
	perf script -i stream -F ip,sym 2>perf-errors >script
	is "$(cat perf-errors)" "" "perf script has nothing to complain about"
	awk 'BEGIN { RS = ""; FS = "\n" }
	     /[ \t]spin\n/ { n = 0; for (i = 1; i <= NF; i++) if ($i ~ /[ \t]recurse$/) n++;
			     total++; if (n == 20 && /[ \t]work\n/ && /[ \t]main\n/) full++ }
	     END { print total + 0, full + 0 }' script >depth
	read -r total full <depth
	[ "$total" -gt 50 ]
	tap_result $? "samples in spin: $total"
	# A tick in a prologue or epilogue sees a frame that is not set up: one caller is missing.
	[ $((full * 100)) -ge $((total * 95)) ]
	tap_result $? "their stacks have all 20 recursions, work and main: $full of $total"
	awk 'BEGIN { RS = "" } /do_syscall_64/ { total++; if (/[ \t]calls\n/ && /[ \t]main\n/) full++ }
	     END { print total + 0, full + 0 }' script >depth
	read -r total full <depth
	[ "$total" -gt 20 ] && [ $((full * 100)) -ge $((total * 95)) ]
	tap_result $? "samples in a system call have their user stack: $full of $total"
else
	skip "perf is not installed" 4
fi

# ---- what happens in the end ----

status_is 2 "an unknown option is a usage error" "$HELPERS/profile" --nonsense
status_is 2 "a bad frequency too" "$HELPERS/profile" --frequency=0
if command -v setpriv >/dev/null; then
	cp "$HELPERS/profile" ./profile-copy
	chmod 755 . profile-copy
	status_is 3 "without privileges the kernel's refusal is reported" \
		setpriv --reuid=65534 --clear-groups --bounding-set=-all --inh-caps=-all ./profile-copy
	like "$(cat err)" "CAP_BPF" "with the remedy"
else
	skip "setpriv is not installed" 2
fi
: >facts
until_live 1 | "$HELPERS/profile" --frequency=99 --status-fd=3 2>err 3>facts | true
[ -z "$(fact done)" ]
tap_result $? "a reader that goes away ends the run without a claim to be complete"

done_testing
