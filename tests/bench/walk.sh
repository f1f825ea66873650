#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Nanoseconds a frame of the kernel's walk by unwind tables, warm, of a stack of 500 frames; beside a
# walk that reads each word of the stack by itself.  Medians over alternating rounds (ROUNDS, 7), each
# the least of 300 walks; the ratio says more than the numbers.
set -e
[ "$(id -u)" = 0 ] || { echo "walk: skipped: needs root"; exit 0; }
command -v gcc >/dev/null || { echo "walk: skipped: gcc is not installed"; exit 0; }
driver=$top_builddir/tests/lib/walk-driver
builder=$top_builddir/libexec/bin/unwind-table-builder
depth=500
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
gcc -g -O2 -fomit-frame-pointer -fno-optimize-sibling-calls -pthread -Wno-unused-result \
	-o "$folder/program" "$top_srcdir/tests/workloads/self-unwind.c" -ldl

once()
{
	"$driver" "$@" "$builder" "$folder/program" -b $depth 300 | grep -Eo '[0-9.]+' | tail -n 1
}

median()
{
	sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

if ! "$driver" "$builder" "$folder/program" -b $depth 3 >"$folder/out" 2>"$folder/err"; then
	echo "walk: skipped: $(head -n 1 "$folder/err")"
	exit 0
fi
round=0
while [ $round -lt "${ROUNDS:-7}" ]; do
	once >>"$folder/pages"
	once -w >>"$folder/words"
	round=$((round + 1))
done
awk -v a="$(median "$folder/pages")" -v b="$(median "$folder/words")" -v depth=$depth 'BEGIN {
	printf "walk of %d frames, warm: %.1f ns a frame, word by word %.1f, ratio %.2f\n",
		depth, a, b, a / b }'
