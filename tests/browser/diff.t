#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Differences in a browser: the SVG's viewer, its plain picture and the page agree on what has changed.
# SCREENSHOTS=DIR keeps pictures.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/browser/browser.sh"

# profile SEED SAMPLES FACTOR: stacks drawn at random from one distribution, in which what is below
# f1;f2 has FACTOR times its weight.
profile()
{
	awk -v seed="$1" -v n="$2" -v factor="$3" 'BEGIN {
		srand(1)
		for (i = 0; i < 300; i++) {
			stack[i] = "main"
			depth = 1 + int(rand() * 7)
			for (j = 0; j < depth; j++)
				stack[i] = stack[i] ";f" int(rand() * rand() * 9)
			all += weight[i] = rand() * rand() * (stack[i] ~ /^main;f1;f2/ ? factor : 1)
		}
		srand(seed)
		for (k = 0; k < n; k++) {
			at = rand() * all
			for (i = 0; i < 299 && at >= weight[i]; i++)
				at -= weight[i]
			count[stack[i]]++
		}
		for (s in count)
			print s, count[s]
	}'
}
profile 2 20000 1 >before.folded
profile 3 30000 1 >same.folded
{ profile 4 10000 3; echo 'main;new;one 200'; } >after.folded
echo 'main;gone;one 500' >>before.folded
echo 'main;gone;one 750' >>same.folded
for after in after same; do
	"$PB" -q --diff before.folded --input $after.folded -o $after.svg -o $after.html 2>err ||
		bail "cannot compare: $(cat err)"
	"$PB" -q --diff before.folded --input $after.folded --reverse --svg $after-reverse.svg 2>err ||
		bail "cannot compare in reverse: $(cat err)"
done
ask diff.py
