#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A program without symbols: its functions are frames, by their addresses.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd gcc nm strip

cat >work.c <<'C'
static volatile unsigned long sink;

__attribute__((noinline, noclone)) static void first(unsigned long n)
{
	while (n--) {
		sink += n;
		sink ^= n << 3;
		sink *= 7;
	}
}

__attribute__((noinline, noclone)) static void second(unsigned long n)
{
	first(n);
	sink++;
}

int main(void)
{
	for (int i = 0; i < 100; i++)
		second(3000000);
	return 0;
}
C

# called KIND FUNCTION: the name that it has without symbols
called()
{
	nm "named-$1" | sed -n "s/^0*\([0-9a-f]*\) [tT] $2\$/[work-$1+0x\1]/p"
}

for kind in no-pie pie; do
	gcc -O1 "-$kind" -o "named-$kind" work.c
	strip -o "work-$kind" "named-$kind"
	ok "$kind: a stripped program is sampled" \
		"$PB" -q -f 997 -o "$kind.folded" -- "./work-$kind"
	first=$(called "$kind" first) second=$(called "$kind" second) main=$(called "$kind" main)
	diag "first is $first, second $second, main $main"
	ok "$kind: samples are in its functions, whose callers are its functions" \
		grep -qF ";$main;$second;$first " "$kind.folded"
	is "$(tr ';' '\n' <"$kind.folded" | sed 's/ [0-9]*$//' | grep -F '[work-' |
		grep -vxF -e "$first" -e "$second" -e "$main" | sort -u | wc -l)" 1 \
		"$kind: nothing else is, but _start"
done
done_testing
