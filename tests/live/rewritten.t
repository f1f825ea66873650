#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A program whose file is written in place, so that its inode stays: its new table is used.
. "${0%/*}/../lib/tap.sh"
need_bpf

# Two programs with other frames at the same addresses.
source()
{
	cat <<END
#include <stdlib.h>
volatile unsigned long sink;
__attribute__((noinline, noclone)) int leaf(int n)
{
	volatile char room[$1];
	room[n] = 1;
	for (int i = 0; i < 2000; i++)
		sink += (unsigned long)(i * n);
	return room[n];
}
__attribute__((noinline, noclone)) int middle(int n) { return leaf(n) + 1; }
int main(void) { for (int i = 0; i < 150000; i++) sink += (unsigned long)middle(3); }
END
}

for size in 400 4000; do
	source $size >p$size.c
	gcc -O2 -fomit-frame-pointer -fno-optimize-sibling-calls -o p$size p$size.c 2>gcc.err ||
		skip_all "gcc does not work: $(head -n 1 gcc.err)"
done
cat >run.sh <<'END'
cp p400 program && ./program
cat p4000 >program && ./program
cat p400 >program && ./program
END
status_is 0 "three programs in one file are sampled" \
	"$PB" -q -f 997 -c x.folded --summary-json x.json -- sh run.sh
chain='^program;_start;.*main;middle;leaf '
whole=$(awk -v chain="$chain" '$0 ~ chain { n += $NF } /;leaf / { all += $NF }
	END { printf "%d", (all > 100) ? 1000 * n / all : 0 }' x.folded)
[ "$whole" -ge 950 ]
tap_result $? "of 1,000 stacks in leaf() $whole lead by middle() to main()" ||
	diag "$(grep ';leaf ' x.folded)"
done_testing
