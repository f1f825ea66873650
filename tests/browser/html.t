#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The HTML page in a browser: every view, clicks, keys, search, zoom, grouping, filters, the address,
# hostile names, accessibility.  SCREENSHOTS=DIR keeps pictures.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/npm.sh"
. "$top_srcdir/tests/lib/render.sh"

need_cmd chromium chromedriver python3

# 2,000 thin functions under "thin", which nothing but zooming can show.
{
	echo '!comment frequency 99'
	echo '!comment achieved_hz 98.7'
	echo '!comment hostname box'
	echo '!comment release 6.1.0'
	echo '!comment cmdline ./work --hard'
	echo '!comment lost_ring 17'
	echo '!comment verdict.root 90000'
	echo '!comment sampler perf'
	echo '!comment odd_fact 42'
	echo '!process 7 first'
	echo '!cpu 0'
	echo 'main;start;hot 30000'
	echo '!none'
	echo '!process 7 first'
	echo '!tid 71'
	echo '!cpu 10'
	echo 'main;start;hot 20000'
	echo '!none'
	echo '!process 8 second'
	echo '!cpu 2'
	echo 'main;start;work;std::vector<int, std::allocator<int> >::push_back(int const&);malloc_[i] 30000'
	echo 'main;start;work;bar_[k] 10000'
	echo 'main;start;work;recurse;recurse;recurse 4000'
	i=0
	while [ "$i" -lt 2000 ]; do
		i=$((i + 1))
		echo "main;start;thin;leaf_$i;below_$i 2"
	done
} >page.txt
cat >hostile.txt <<'END'
a</script><script>window.hit=1</script>;b]]><script xmlns="http://www.w3.org/2000/svg">hit()//c 5
"'&<svg onload="window.hit=1">;\x00nul\x01\x1b[31m;\xff\xfe\xc0\xaf 5
&amp;&#60;img src=x onerror=window.hit=1>;\xe2\x80\xaertl\xe2\x80\xac;\xd7\xa9\xd7\x9c 5
javascript:window.hit=1;${window.hit=1};`;$(id) 5
END
printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.txt
: >empty.txt
for name in page hostile empty; do
	collapsed-to-pprof <$name.txt >in.pprof || bail "cannot convert $name"
	"$render" --title='<b>Title</b> & "so"' --output=html:3 \
		<in.pprof 3>$name.html || bail "cannot render $name"
done
# Two runs of different length: gone vanished, new came, same is the same but for chance.
awk 'BEGIN { for (i = 0; i < 200; i++) print "main;same;s" i " 10"
	print "main;gone;deep 1000"; print "main;less 3000"; print "main;few 4" }' >before.folded
awk 'BEGIN { for (i = 0; i < 200; i++) print "main;same;s" i " " 20 + i % 3
	print "main;new 2000"; print "main;less 3000"; print "main;few 12" }' >after.folded
"$PB" -q --diff before.folded --input after.folded --html diff.html || bail "cannot compare"
collapsed-to-pprof <page.txt | "$render" --output=collapsed:3 3>page.folded
collapsed-to-pprof <page.txt |
	"$render" --inverted --reverse --colors=name --subtitle='<i>sub</i>' --output=html:3 3>looks.html

collapsed-to-pprof <page.txt | "$render" --ignore=main --output=html:3 3>filtered.html

# A checker of accessibility that is not ours.
npm_get axe-core@4.14.1
python3 -B "$top_srcdir/tests/browser/page.py" "$SCRATCH" "$SCREENSHOTS"
