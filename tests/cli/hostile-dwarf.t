#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Small files whose DWARF asks for hours or for gigabytes.
. "${0%/*}/../lib/tap.sh"
need_cmd python3 prlimit nm timeout

SOURCE_LINES=$top_builddir/tests/lib/source-lines
[ -x "$SOURCE_LINES" ] || skip_all "tests/lib/source-lines was not built"
# A sanitized build needs much more memory.
limit="prlimit --as=1600000000"
nm "$SOURCE_LINES" | grep -Eq '__(a|ub)san_' && limit=

# answers NAME ADDRESSES: within a minute and the memory limit, into the file got
answers()
{
	python3 -B "$top_srcdir/tests/lib/hostile-dwarf.py" "$1" || return 1
	# shellcheck disable=SC2086 # the limit is two words, or none
	seq 4198400 4 $((4198400 + 4 * ($2 - 1))) | xargs printf '%x\n' |
		timeout 60 $limit "$SOURCE_LINES" "$PWD/$1" >got 2>err
	status=$?
	rm -f "$1"
	[ $status = 0 ] || diag "status $status: $(tail -n 1 err)"
	return $status
}

# refused NAME LAST-LINE WHAT [ADDRESSES]
refused()
{
	ok "$3" answers "$1" "${4:-1}"
	is "$(tail -n 1 got)" "$2" "... is refused"
}

damaged="error: Bad message"
large="error: Argument list too long"
ok "a file with nothing wrong" answers good 1
is "$(sed 1d got)" "SYMBOL
/x/d/a.c:1" "... has lines"
ok "a call that does not say where it is" answers nowhere 1
is "$(sed 1d got)" "
/x/d/a.c:1
SYMBOL
??:0" "... is nowhere"
refused paths "$damaged" "a long folder in many paths"
refused paths5 "$damaged" "a long folder in many paths, DWARF 5"
refused paths_folder "$damaged" "a long folder of the unit in many paths"
refused paths_defined "$large" "many paths that the program defines"
refused flags "$damaged" "entries with many attributes of no bytes"
refused order "none: Bad message" "a file of the other byte order"
refused link "none: File too large" "a compressed link that inflates"
refused hole "none: File too large" "a link with a hole"
refused twice_packed "none: File too large" "an old compressed section that inflates as a new one"
refused another "none: Bad message" "two sections of one name"
refused units "$large" "many units with an abbreviation far behind"
refused shared "$large" "many units with one table of abbreviations" 200
refused ranges "$large" "one list of ranges for many functions"
refused pairs "$large" "address ranges without an end"
ok "entries deep in each other" answers deep 1
is "$(sed 1d got)" "SYMBOL
??:0" "... are passed over once"
done_testing
