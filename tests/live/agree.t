#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shares agree with perf's: of the ten hottest leaf functions that `perf record -g` sees in a process,
# each has the same share here, within 2 percentage points, kernel and user.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/hottest.sh"
need_bpf
need_cmd perf python3

# bare: the leaves of collapsed stacks, by names as perf has them.
bare()
{
	sed -E -e 's/.*;//' -e 's/_\[[kji]\]( [0-9]+)$/\1/' -e 's/@plt( [0-9]+)$/\1/' \
		-e 's/^(\[.*\+0x[0-9a-f]+\]|\[unknown\])( [0-9]+)$/[no name]\2/' -e '/^\[no name\] [0-9]*$/b' \
		-e 's/\(.*( [0-9]+)$/\1/'
}

# sample COMMAND...: by perf, and by us.
sample()
{
	"$@" >/dev/null 2>&1 </dev/null &
	work=$!
	sleep 0.5
	perf record -q -g -e cpu-clock -F 999 -o perf.data -p $work -- sleep 8 2>/dev/null &
	perf=$!
	"$PB" -q -f 999 -t 8s -c folded --pid $work 2>err
	wait $perf
	kill $work 2>/dev/null
	wait $work 2>/dev/null
	perf script -i perf.data -G -F ip,sym 2>/dev/null >script
	sed -nE 's/^[[:space:]]*[0-9a-f]+ (.*)$/\1 1/p' script | bare >theirs
	bare <folded >ours
}

# agree NAME COMMAND...: a program that works for at least 9 seconds, or is killed.
agree()
{
	agree_name=$1
	shift
	hottest_agree 2 4000 "$agree_name" sample "$@"
}

agree "computing and system calls" "$top_builddir/tests/workloads/frames" 12000
# shellcheck disable=SC2016 # Perl's variables
agree "perl" perl -e 'my %h; my $x = 0; while (1) { $x++; $h{$x % 999} .= "a"; delete $h{$x % 777} }'
agree "copying" dd if=/dev/zero of=/dev/null bs=4k
if [ -x /usr/bin/python3 ]; then
	agree "python3" /usr/bin/python3 -c '
d = {}
while True:
    for i in range(100000):
        d[i % 1000] = str(i)'
else
	skip "/usr/bin/python3 is not installed"
fi
if command -v openssl >/dev/null; then
	agree "openssl" openssl speed -seconds 11 -bytes 16384 sha256
else
	skip "openssl is not installed"
fi
done_testing
