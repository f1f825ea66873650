#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The HTML page in a browser: every view, clicks, keys, search, zoom, grouping, filters, the address,
# hostile names, accessibility.  SCREENSHOTS=DIR keeps pictures.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/browser/browser.sh"

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
	work_stacks
} >page.txt
hostile_stacks >hostile.txt
: >empty.txt
for name in page hostile empty; do
	draw $name.html --title='<b>Title</b> & "so"' <$name.txt || bail "cannot draw $name"
done
# Two runs of different length: gone vanished, new came, same is the same but for chance.
awk 'BEGIN { for (i = 0; i < 200; i++) print "main;same;s" i " 10"
	print "main;gone;deep 1000"; print "main;less 3000"; print "main;few 4" }' >before.folded
awk 'BEGIN { for (i = 0; i < 200; i++) print "main;same;s" i " " 20 + i % 3
	print "main;new 2000"; print "main;less 3000"; print "main;few 12" }' >after.folded
"$PB" -q --diff before.folded --input after.folded --html diff.html || bail "cannot compare"
collapsed-to-pprof <page.txt | "$render" --output=collapsed:3 3>page.folded
draw looks.html --inverted --reverse --colors=name --subtitle='<i>sub</i>' <page.txt
draw filtered.html --ignore=main <page.txt
awk 'BEGIN { s = "deep"; for (i = 0; i < 200; i++) s = s ";f" i; print s, 5 }' | draw deep.html
ask page.py
