#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Milliseconds to encode and decode a large pprof message, beside protobuf-c where it is installed.
. "${0%/*}/../lib/bench.sh"

set -- -std=gnu17 -O2 -I "$top_srcdir/src" -I "$top_builddir" -I "$scratch" \
	"$top_srcdir/tests/bench/bench_pprof.c" "$top_srcdir"/src/lib/pprof-*.c
for module in buf io map utf8 vec; do
	set -- "$@" "$top_srcdir/src/lib/$module.c"
done
peer=
if command -v protoc-c >/dev/null && pkg-config --exists libprotobuf-c; then
	protoc-c -I "$top_srcdir/src/lib" --c_out="$scratch" \
		"$top_srcdir/src/lib/profile.proto" || exit 1
	set -- "$@" -DHAVE_PROTOBUF_C "$scratch/profile.pb-c.c"
	peer=$(pkg-config --cflags --libs libprotobuf-c)
fi
# shellcheck disable=SC2086
$CC "$@" $peer -o "$scratch/bench" || exit 1
"$scratch/bench"
