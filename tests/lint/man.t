#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Manual pages render without warnings and document every option that --help prints.
. "${0%/*}/../lib/tap.sh"

pages=$(cd "$top_srcdir/man" && ls ./*.[1-8])

# options FILE: the long options a text names, one a line.
options()
{
	grep -oE -e '--[a-z][a-z0-9-]+' "$1" | LC_ALL=C sort -u
}

for page in $pages; do
	page=${page#./}
	if command -v mandoc >/dev/null; then
		ok "$page: mandoc has nothing to warn of" mandoc -T lint -W warning "$top_srcdir/man/$page"
	else
		skip "mandoc is not installed"
	fi
	if command -v groff >/dev/null; then
		is "$(groff -man -mdoc -Tutf8 -ww -z "$top_srcdir/man/$page" 2>&1 | head -n 5)" "" \
			"$page: groff has nothing to warn of"
	else
		skip "groff is not installed"
	fi
done

# documents PAGE PROGRAM: every option of the program's --help is in its page, and the reverse.
documents()
{
	if ! "$2" --help >help 2>help.err; then
		fail "${2##*/} --help" "$(cat help.err)"
		return
	fi
	sed 's/\\-/-/g; s/\\&//g; s/^\.\(Fl\|It Fl\) Fl /--/; s/Fl Fl \([a-z]\)/--\1/g; s/ Fl -\([a-z]\)/ --\1/g' \
		"$top_srcdir/man/$1" >page
	options help >in-help
	options page >in-page
	is "$(LC_ALL=C comm -23 in-help in-page | paste -s -d ' ')" "" "$1 has every option of --help"
}

documents profile-bee.1 "$PB"
done_testing
