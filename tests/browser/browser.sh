# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of pictures and pages in a browser begin with.  Sourced after tap.sh.

. "$top_srcdir/tests/lib/npm.sh"
. "$top_srcdir/tests/lib/render.sh"
need_cmd chromium chromedriver python3

# ask SCRIPT: what the Python script here asks of the files in $SCRATCH, as TAP; with a checker of
# accessibility that is not ours, where npm has it.
ask()
{
	npm_get axe-core@4.14.1
	python3 -B "$top_srcdir/tests/browser/$1" "$SCRATCH" "$SCREENSHOTS"
}

# work_stacks: 14,000 samples of "work", and 4,000 of 2,000 thin functions under "thin", which nothing
# but zooming can show.
work_stacks()
{
	echo 'main;start;work;bar_[k] 10000'
	echo 'main;start;work;recurse;recurse;recurse 4000'
	awk 'BEGIN { for (i = 1; i <= 2000; i++) print "main;start;thin;leaf_" i ";below_" i " 2" }'
}

# hostile_stacks: names that would be markup, a script or another direction, and one of 100,000 letters.
hostile_stacks()
{
	cat <<'END'
a</script><script>window.hit=1</script>;b]]><script xmlns="http://www.w3.org/2000/svg">hit()//c 5
"'&<svg onload="window.hit=1">;\x00nul\x01\x1b[31m;\xff\xfe\xc0\xaf 5
&amp;&#60;img src=x onerror=window.hit=1>;\xe2\x80\xaertl\xe2\x80\xac;\xd7\xa9\xd7\x9c 5
javascript:window.hit=1;${window.hit=1};`;$(id) 5
END
	printf 'long;%s 5\n' "$(head -c 100000 /dev/zero | tr '\0' x)"
}
