#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Code that replaces other code at the same address is named as itself, although hits are counted by
# address in the kernel and written much later.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd "${CC%% *}" nm

for name in first second; do
	echo "__attribute__((noinline)) void the_$name(void)
	      { for (volatile int i = 0; i < 100000; i++); }" >$name.c
	# shellcheck disable=SC2086 # CC may have options
	$CC -O0 -fno-omit-frame-pointer -shared -fPIC -Wl,-z,noseparate-code -o $name.so $name.c ||
		bail "cannot compile"
done
first=$(nm first.so | awk '/ the_first$/ { print $1 }')
second=$(nm second.so | awk '/ the_second$/ { print $1 }')
[ -n "$first" ] && [ "$first" = "$second" ] || skip_all "the two functions are not at one offset"

for mode in 2 3; do
	status_is 0 "stream mode $mode: sampled" "$PB" -q -f 999 --stream-mode $mode -c folded -- \
		"$top_builddir/tests/workloads/remap" 0 first.so "$first" 400 second.so "$second" 800
	a=$(awk '/the_first/ { n += $NF } END { print n + 0 }' folded)
	b=$(awk '/the_second/ { n += $NF } END { print n + 0 }' folded)
	[ "$a" -gt 0 ] && [ "$b" -gt "$a" ] && [ "$b" -lt $((a * 4)) ]
	tap_result $? "stream mode $mode: a third is the first's, the rest the second's: $a and $b"
done

done_testing
