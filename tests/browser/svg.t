#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The SVG in a browser: zoom, search, keys, address, hostile names.  SCREENSHOTS=DIR keeps pictures.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/npm.sh"
. "$top_srcdir/tests/lib/render.sh"

need_cmd chromium chromedriver python3

# 2,000 thin functions under "thin", which nothing but zooming can show.
{
	echo '!comment frequency 99'
	echo '!comment lost_ring 0'
	echo 'main;start;hot 50000'
	echo 'main;start;work;Foo::bar(int);malloc_[i] 30000'
	echo 'main;start;work;bar_[k] 10000'
	echo 'main;start;work;recurse;recurse;recurse 4000'
	i=0
	while [ "$i" -lt 2000 ]; do
		i=$((i + 1))
		echo "main;start;thin;leaf_$i;below_$i 2"
	done
} >zoom.txt
cat >hostile.txt <<'END'
a</script><script>window.hit=1</script>;b]]><script xmlns="http://www.w3.org/2000/svg">hit()//c 5
"'&<svg onload="window.hit=1">;\x00nul\x01\x1b[31m;\xff\xfe\xc0\xaf 5
&amp;&#60;img src=x onerror=window.hit=1>;\xe2\x80\xaertl\xe2\x80\xac;\xd7\xa9\xd7\x9c 5
javascript:window.hit=1;${window.hit=1};`;$(id) 5
END
printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.txt
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
	collapsed-to-pprof <$name.txt | "$render" --title="$name" --output=svg:3 3>$name.svg ||
		bail "cannot make $name.svg"
done

# The same picture by every palette, and in the other orders.
for palette in kind name module share hot chain purple; do
	collapsed-to-pprof <looks.txt | "$render" --colors=$palette --output=svg:3 3>plain-$palette.svg
done
collapsed-to-pprof <looks.txt |
	"$render" --reverse --inverted --fontsize=15 --minwidth=3 --countname=bytes --subtitle='<b>sub</b>' \
		--notes='<b>note</b>' --output=svg:3 3>plain-reverse.svg

# A difference: what grew, shrank, vanished, is new, or is the same.
printf '%s\n' 'm;same 500' 'm;less;a 300' 'm;less;b 60' 'm;more;c 100' 'm;gone 80' >before.folded
printf '%s\n' 'm;same 1000' 'm;less;a 250' 'm;less;b 110' 'm;more;c 700' 'm;new 80' >after.folded
"$render" --file --before=file:4 --output=svg:3 <after.folded 3>plain-change.svg 4<before.folded

# A checker of accessibility that is not ours.
npm_get axe-core@4.14.1
python3 -B "$top_srcdir/tests/browser/svg.py" "$SCRATCH" "$SCREENSHOTS"
