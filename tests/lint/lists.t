#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# No file is forgotten: every source and test is named in a local.mk.
. "${0%/*}/../lib/tap.sh"

cd "$top_srcdir" || exit 1
find . -name local.mk -exec cat {} + >"$SCRATCH/lists"
forgotten()
{
	LC_ALL=C sort | while read -r file; do
		grep -qwF -e "${file#./}" "$SCRATCH/lists" || echo "${file#./}"
	done
}

# ${...%.c}: unit tests and such are named by program.
is "$(find src libexec bpf -name '*.[ch]' ! -name '*.skel.h' | forgotten)" "" "every source is in a local.mk"
is "$(find tests/unit tests/fuzz tests/workloads -name '*.c' | sed 's/\.c$//' | forgotten)" "" \
	"every unit test, fuzz target and workload is in a local.mk"
is "$(find tests -name '*.t' | forgotten)" "" "every TAP script is in a local.mk"
is "$(find tests -name '*.t' ! -perm -u=x)" "" "every TAP script is executable"
is "$(find man -name '*.[1-8]' | forgotten)" "" "every manual page is in a local.mk"
for corpus in tests/fuzz/corpus/*; do
	[ -e "$corpus" ] || continue
	ok "the corpus $corpus has its fuzz target" test -f "tests/fuzz/fuzz_${corpus##*/}.c"
done
done_testing
