#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The SVG in a browser: zoom, search, keys, address, hostile names.  SCREENSHOTS=DIR keeps pictures.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/browser/browser.sh"

{
	echo '!comment frequency 99'
	echo '!comment lost_ring 0'
	echo 'main;start;hot 50000'
	echo 'main;start;work;Foo::bar(int);malloc_[i] 30000'
	work_stacks
} >zoom.txt
hostile_stacks >hostile.txt
cat >probes.txt <<'END'
!hits
!probe uprobe:a.out:f(int);<b>
c;main;f(int) 3
!none
!probe kprobe:vfs_read
c;main;read;vfs_read_[k] 1
END
# Every kind and hue, recursion, and equal ends of different stacks.
awk 'BEGIN { split("_[k] _[j] _[i]  ", kind, " "); srand(5)
	for (i = 0; i < 400; i++) {
		n = 1 + int(rand() * 9); s = "app"
		for (j = 0; j < n; j++) {
			f = int(rand() * 12)
			s = s ";" (f % 3 ? "f" : "ns::f") f kind[1 + f % 5]
		}
		print s, 1 + int(rand() * 99)
	}
	print "app;sleep;-;waker_\\x5bw] 50" }' >looks.txt
for name in zoom hostile probes; do
	draw $name.svg --title="$name" <$name.txt || bail "cannot draw $name"
done

# The same picture by every palette, and in the other orders.
for palette in kind name module share hot chain purple; do
	draw plain-$palette.svg --colors=$palette <looks.txt
done
draw plain-reverse.svg --reverse --inverted --fontsize=15 --minwidth=3 --countname=bytes \
	--subtitle='<b>sub</b>' --notes='<b>note</b>' <looks.txt

# A difference: what grew, shrank, vanished, is new, or is the same.
printf '%s\n' 'm;same 500' 'm;less;a 300' 'm;less;b 60' 'm;more;c 100' 'm;gone 80' >before.folded
printf '%s\n' 'm;same 1000' 'm;less;a 250' 'm;less;b 110' 'm;more;c 700' 'm;new 80' >after.folded
"$render" --file --before=file:4 --output=svg:3 <after.folded 3>plain-change.svg 4<before.folded
ask svg.py
