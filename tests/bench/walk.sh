#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Nanoseconds a frame of the kernel's walk by unwind tables, warm, of a stack of 500 frames; beside a
# walk that reads each word of the stack by itself.  Medians over alternating rounds (ROUNDS, 7), each
# the least of 300 walks; the ratio says more than the numbers.
set -e
. "${0%/*}/../lib/bench.sh"
need_root
need_cmd gcc
driver=$top_builddir/tests/lib/walk-driver
builder=$top_builddir/libexec/bin/unwind-table-builder
depth=500
gcc -g -O2 -fomit-frame-pointer -fno-optimize-sibling-calls -pthread -Wno-unused-result \
	-o "$scratch/program" "$top_srcdir/tests/workloads/self-unwind.c" -ldl

once()
{
	"$driver" "$@" "$builder" "$scratch/program" -b $depth 300 | grep -Eo '[0-9.]+' | tail -n 1
}

median()
{
	sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

"$driver" "$builder" "$scratch/program" -b $depth 3 >"$scratch/out" 2>"$scratch/err" ||
	skip "$(head -n 1 "$scratch/err")"
round=0
while [ $round -lt "${ROUNDS:-7}" ]; do
	once >>"$scratch/pages"
	once -w >>"$scratch/words"
	round=$((round + 1))
done
awk -v a="$(median "$scratch/pages")" -v b="$(median "$scratch/words")" -v depth=$depth 'BEGIN {
	printf "walk of %d frames, warm: %.1f ns a frame, word by word %.1f, ratio %.2f\n",
		depth, a, b, a / b }'
