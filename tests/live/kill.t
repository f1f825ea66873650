#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGKILL to a process of profile-bee, any one at any moment: nothing hangs, nothing is left behind,
# and what was written says that it is not whole.  KILL_SEED repeats a series.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd bpftool timeout
[ -x "$HELPERS/symbolize" ] || skip_all "symbolize is not built"

seed=${KILL_SEED:-$(date +%s)}
rounds=${KILL_ROUNDS:-200}
! nm "$HELPERS/profile" | grep -Eq '__(a|ub)san_' || rounds=20
diag "KILL_SEED=$seed, $rounds rounds"

# random N: a number from 0 to N-1, the next of the series
random()
{
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	chosen=$((seed / 65536 % $1))
}

# objects: the kinds and ids of all BPF objects
objects()
{
	for kind in prog map link; do
		bpftool -j $kind show 2>/dev/null | tr '{' '\n' |
			sed -n "s/^\"id\":\([0-9]*\),.*/$kind \1/p"
	done | sort
}

# descendants PID: it and all below
descendants()
{
	echo "$1"
	for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
		descendants "$child"
	done
}

# The command of a run goes on to its end when a helper dies, so it has one.
cat >load.sh <<'END'
n=0
while [ $n -lt "$1" ]; do
	n=$((n + 1))
	i=0
	while [ $i -lt 2000 ]; do i=$((i + 1)); done
	cat /dev/null
done
END

# The three kinds of runs.
begin()
{
	rm -f run.*
	set -- "$PB" -q --svg run.svg -c run.txt -o run.perf.data --summary-json run.json
	random 3
	case $chosen in
	0)	set -- "$@" --time 600 ;;
	1)	set -- "$@" --time 600 -- sh load.sh 300 ;;
	2)	set -- "$@" --time 600 --uprobe malloc -- sh load.sh 300 ;;
	esac
	run_of="$*"
	timeout -k 5 60 "$@" >run.out 2>run.err &
	guard=$!
}

front_of_guard()
{
	front=
	while [ -z "$front" ] && kill -0 "$guard" 2>/dev/null; do
		front=$(cat "/proc/$guard/task/$guard/children" 2>/dev/null | tr -d ' ')
	done
}

hung=0 unmarked=0 silent=0 unclean=0 killed_helpers=0 killed_fronts=0
objects >before
sh load.sh 1000000000 &
load=$!

note()
{
	diag "$1 (round $round, killed $victim_name): $run_of"
	sed 's/^/#   /' run.err
}

# Are all samples of the run in its collapsed stacks?  Then the victim had passed everything on.
is_whole()
{
	[ -e run.txt ] && [ "$(awk '!/^#/ { n += $NF } END { print n + 0 }' run.txt)" = \
		"$(sed -n 's/^.*"samples": \([0-9]*\).*/\1/p' run.json | head -n 1)" ]
}

# judge: a run in which the victim was a helper, unless that had done its work
judge()
{
	grep -q '"incomplete": "\|"builders_died": [1-9]' run.json || return
	killed_helpers=$((killed_helpers + 1))
	if ! grep -q "^profile-bee: .*$victim_name.* was killed by signal 9\|unwind tables failed" run.err; then
		silent=$((silent + 1))
		note "nothing is said"
	fi
	case $victim_name in unwind-table*) return ;; esac
	is_whole && return
	if [ -s run.txt ] && ! head -n 1 run.txt | grep -q '^# incomplete ('; then
		unmarked=$((unmarked + 1))
		note "collapsed stacks are not marked"
	fi
	if [ -s run.svg ] && ! grep -q '>Incomplete: ' run.svg; then
		unmarked=$((unmarked + 1))
		note "the SVG is not marked"
	fi
}

round=0
while [ $round -lt $rounds ]; do
	round=$((round + 1))
	begin
	front_of_guard
	# Somewhere in start, sampling and end, and never at a time that means something.
	random 1000
	sleep "0.$(printf %03d "$chosen")"
	victims=
	for pid in $(descendants "$front"); do
		case $(cat "/proc/$pid/comm" 2>/dev/null) in
		profile | symbolize | render | unwind-table-bu | probe-list | profile-bee-*) victims="$victims $pid" ;;
		esac
	done
	# shellcheck disable=SC2086 # a list of numbers
	set -- $victims
	victim_name=none
	if [ $# -gt 0 ]; then
		random $#
		shift "$chosen"
		victim_name=$(cat "/proc/$1/comm" 2>/dev/null)
		kill -9 "$1" 2>/dev/null || victim_name=none
		victim=$1
	fi
	if [ "$victim_name" != none ] && [ "$victim" = "$front" ]; then
		killed_fronts=$((killed_fronts + 1))
		wait "$guard"
	else
		status=0
		wait "$guard" || status=$?
		[ $status != 124 ] && [ $status != 137 ] || { hung=$((hung + 1)); note "it hung"; }
		[ "$victim_name" = none ] || [ ! -s run.json ] || judge
	fi
done
kill $load
wait $load 2>/dev/null

is $hung 0 "no run hangs"
is $silent 0 "each death is told"
is $unmarked 0 "each output that is not whole says so"
diag "killed: $killed_helpers helpers, $killed_fronts front ends, of $rounds rounds"
ok "most rounds killed a process" test $((killed_helpers + killed_fronts)) -ge $((rounds / 2))

# Processes whose front end was killed end by their pipes; those that they made tables for, too.
ours()
{
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe" 2>/dev/null) in "$top_builddir"/*) echo "$exe" ;; esac
	done
}
tries=0
while [ -n "$(ours)" ] && [ $tries -lt 300 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
is "$(for exe in $(ours); do tr '\0' ' ' <"${exe%/exe}/cmdline"; done)" "" "no process is left"
# The kernel frees them a little later; what others made meanwhile goes when they end.
objects | comm -13 before - >left
tries=0
while [ -s left ] && [ $tries -lt 300 ]; do
	tries=$((tries + 1))
	sleep 0.1
	objects | comm -12 left - >still
	mv still left
done
is "$(cat left)" "" "no BPF program, map or link is left"
done_testing
