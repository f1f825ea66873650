#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every file of every fuzz corpus passes through its target without a crash.
. "${0%/*}/../lib/tap.sh"

for corpus in "$top_srcdir"/tests/fuzz/corpus/*/; do
	[ -d "$corpus" ] || skip_all "there is no corpus"
	name=$(basename "$corpus")
	ok "$name: the empty input" "$top_builddir/tests/fuzz/fuzz_$name" /dev/null
	find "$corpus" -type f -exec "$top_builddir/tests/fuzz/fuzz_$name" {} + >log 2>&1
	is "$?" 0 "$name: $(find "$corpus" -type f | wc -l) files" || diag "$(tail -n 40 log)"
done
done_testing
