#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every header has #pragma once and compiles alone.
. "${0%/*}/../lib/tap.sh"
: "${CC:=cc}"

cd "$top_srcdir" || exit 1
for header in $(find src libexec -name '*.h' ! -name '*.skel.h' | LC_ALL=C sort) bpf/abi.h; do
	ok "$header: #pragma once" grep -q '^#pragma once$' "$header"
	printf '#include "config.h"\n#include "%s"\n' "$top_srcdir/$header" >"$SCRATCH/alone.c"
	# shellcheck disable=SC2086 # CC may hold options
	ok "$header: compiles alone" $CC -std=gnu17 -fsyntax-only -Wall -Werror \
		-I "$top_srcdir/src" -I "$top_srcdir" -I "$top_builddir" \
		-I "$top_srcdir/${header%/*}" "$SCRATCH/alone.c"
done
done_testing
