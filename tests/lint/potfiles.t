#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# po/POTFILES.in names every file with messages, and no other.
. "${0%/*}/../lib/tap.sh"

cd "$top_srcdir" || exit 1
find src libexec -name '*.[ch]' ! -name '*.skel.h' -exec grep -lE '\bN?_\("' {} + |
	LC_ALL=C sort >"$SCRATCH/have-messages"
grep -v '^#' po/POTFILES.in | grep . >"$SCRATCH/listed"
same_file "$SCRATCH/listed" "$SCRATCH/have-messages" "po/POTFILES.in is complete and sorted"
done_testing
