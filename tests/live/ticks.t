#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sampling and following processes without perf events: BPF timers, the kernel's own tick, and the side
# band that BPF programs and iterators make; as root and as an ordinary user.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
. "$top_srcdir/tests/lib/user.sh"
need_bpf
need_cmd python3
need_user
OMIT=$top_builddir/tests/workloads/omit
as_user test -x "$OMIT" || skip_all "the build tree is not open to other users"

# facts_in_svg FILE: what the flame graph says of its run.
facts_in_svg()
{
	python3 -c '
import base64, re, sys, zlib
text = open(sys.argv[1]).read()
island = re.search(r"<metadata id=\"profile\"[^>]*>(.*?)</metadata>", text, re.S).group(1)
sys.stdout.buffer.write(zlib.decompressobj(-15).decompress(base64.b64decode(island)))' "$1" |
		grep -a "^$2 "
}

# whole NAME COMMAND...: the command runs `omit`; every stack of it is whole and named.
whole()
{
	name=$1
	shift
	rm -f x.*
	status_is 0 "$name: the run succeeds" "$@" -c x.folded -s x.svg --summary-json x.json -- \
		"$OMIT" 1500 20
	accounts "$name"
	complete "$name" 950
	chain="^omit;_start;(__libc_start[^;]*;)+main;outer;$(printf 'middle;%.0s' $(seq 20))inner(;|\$)"
	at_least "$(permille x.folded "$chain")" 850 "$name: whole chains (of 1,000)"
	at_least "$(json x.json samples)" 100 "$name: samples"
	is "$(json x.json sideband)" bpf "$name: the side band is not perf's"
	is "$(json x.json kernel_symbols)" ksym "$name: the kernel's symbols"
}

# in_kernel NAME COMMAND...: a command that is in the kernel most of the time.
in_kernel()
{
	name=$1
	shift
	rm -f x.*
	status_is 0 "$name: a command in the kernel" "$@" -c x.folded --summary-json x.json -- \
		dd if=/dev/zero of=/dev/null bs=64k count=100000
	accounts "$name"
	at_least "$(permille x.folded '^dd;.*;entry_SYSCALL_64_after_hwframe_.k.;do_syscall_64_.k.')" \
		600 "$name: kernel frames below those of the program (of 1,000)"
	# A tick that interrupts the softirqs after another tick has that one's entry below them.
	is "$(permille x.folded 'sysvec_apic_timer_interrupt_.k.$|hrtimer_interrupt|raise_softirq')" \
		0 "$name: none of the interrupt that took the sample"
}

for rung in timer tick; do
	for who in root user; do
		case $who in
		root)	run="$PB" ;;
		user)	run="as_user ./front" ;;
		esac
		# shellcheck disable=SC2086 # words
		whole "$rung, $who" $run --sampler=$rung -f 199
		is "$(json x.json sampler)" $rung "$rung, $who: the summary names it"
		like "$(cat err)" "sampler $rung, side band bpf, kernel symbols ksym" \
			"$rung, $who: for people too"
		like "$(facts_in_svg x.svg sampler)" "^sampler $rung\$" "$rung, $who: the flame graph too"
		# shellcheck disable=SC2086
		in_kernel "$rung, $who" $run -q --sampler=$rung -f 199
	done
done

# ---- the kernel's tick is what it is ----

# CLOCK_MONOTONIC_COARSE, which advances at each tick.
HZ=$(python3 -c 'import time; print(round(1 / time.clock_getres(6)))')
status_is 0 "more than the kernel's tick has is asked for" "$PB" --sampler=tick -f 5000 \
	-c x.folded --summary-json x.json -- "$OMIT" 500
is "$(json x.json tick_hz)" "$HZ" "the tick's frequency is told"
is "$(json x.json period_ns)" $((1000000000 / HZ)) "a sample stands for one tick"
like "$(cat err)" "^  --frequency 5000: the kernel's tick gives $HZ; work in step with the tick is under-represented\$" \
	"and so for people"
accounts "a high frequency"

status_is 0 "less is asked for" "$PB" --sampler=tick -f 20 -c x.folded --summary-json x.json \
	--skip-idle -- "$OMIT" 2000
is "$(json x.json period_ns)" 50000000 "then a sample stands for more"
accounts "a low frequency"
# Whatever else ran: so many of 20 Hz can there be in the run's time.
at_most "$(json x.json samples)" "$(python3 -c '
import json
facts = json.load(open("x.json"))
print(int(facts["duration_ns"] / 5e7 * facts["cpus"]) + 2)')" "no more samples than asked for"
like "$(cat err)" "work in step with the tick is under-represented" "and what is missed is told"
unlike "$(cat err)" "the kernel's tick gives" "but no frequency that was not asked for"

status_is 0 "a recording" "$PB" -q --sampler=timer -f 199 -o x.perf.data -- "$OMIT" 300
like "$(grep -a -o 'sampler timer' x.perf.data)" "sampler timer" "it says what took the samples"

# ---- targets and filters ----

"$PB" -q --sampler=timer -f 499 -t 2s --skip-idle -c x.folded --summary-json x.json
# What interrupts it is not.
unlike "$(cat x.folded)" \
	'^swapper;(.*;)?[^;]*(safe_halt|acpi_idle|cpuidle_enter|default_idle)[^;]* [0-9]+$' \
	"the idle task is left out"
accounts "without the idle task"
"$PB" -q --sampler=timer -f 199 -t 1s --cpu 0 -c x.folded --summary-json x.json
is "$(json x.json cpus)" 1 "one CPU"
at_most "$(json x.json samples_due)" 260 "and no other ticks"
accounts "one CPU"

# A process that was there before, and maps a library later.
if [ -x "$top_builddir/tests/workloads/remap" ]; then
	python3 -c '
import ctypes, time
time.sleep(3)
z = ctypes.CDLL("libz.so.1")
end = time.time() + 8
data = b"x" * 1000000
while time.time() < end:
    z.crc32(0, data, len(data))' &
	late=$!
	sleep 0.3
	status_is 0 "a library that comes late" "$PB" -q --sampler=tick -f 199 -t 7s --pid $late \
		-c x.folded --summary-json x.json
	kill $late
	wait $late 2>/dev/null
	at_least "$(permille x.folded 'crc32')" 500 "is named (of 1,000)"
	complete "a library that comes late" 900
fi

# Without tables, by frame pointers alone.
status_is 0 "without unwind tables" "$PB" -q --sampler=tick -f 199 --dwarf=false -c x.folded \
	--summary-json x.json -- "$top_builddir/tests/workloads/frames" 1500
at_least "$(permille x.folded '^frames;.*main')" 500 "functions are named all the same (of 1,000)"

# ---- what cannot be ----

status_is 2 "a sampler that there is not" "$PB" --sampler=magic -- true
like "$(cat err)" "sampler magic: none of auto, perf, timer, tick" "is told"

# The kernel frees them a moment after the last one's end.
if command -v bpftool >/dev/null; then
	tries=0
	while bpftool prog show | grep -Eq 'name (sample_timer|arm_timer|sample_tick|note_fork)' ||
	      bpftool map show | grep -Eq 'name (timers|happenings)'; do
		[ $tries -lt 200 ] || break
		tries=$((tries + 1))
		sleep 0.1
	done
	[ $tries -lt 200 ]
	tap_result $? "no program and no map is left"
else
	skip "bpftool is not installed"
fi
done_testing
