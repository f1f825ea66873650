# SPDX-License-Identifier: GPL-2.0-or-later
# What the benchmarks begin with.
#
# Sets: top_srcdir, top_builddir, CC; scratch, a directory that is removed at the end.

: "${top_srcdir:=$(cd "${0%/*}/../.." && pwd)}"
: "${top_builddir:=$(pwd)}"
: "${CC:=cc}"
export top_srcdir top_builddir
bench_name=${0##*/}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# skip REASON: there is nothing to measure here.
skip()
{
	echo "${bench_name%.sh}: skipped: $*"
	exit 0
}

need_cmd() # COMMAND...
{
	for bench_command in "$@"; do
		command -v "$bench_command" >/dev/null || skip "$bench_command is not installed"
	done
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
}

# need_names: function names of the largest C++ library here, as $scratch/names.
need_names()
{
	need_cmd nm
	library=
	for file in /usr/lib/*/libLLVM*.so* /usr/lib/llvm*/lib/libclang-cpp*.so* \
		/usr/lib/*/libstdc++.so.6; do
		[ -f "$file" ] && library=$file && break
	done
	[ -n "$library" ] || skip "there is no C++ library to take names from"
	nm -DC --defined-only "$library" | cut -c20- | awk 'length > 3' >"$scratch/names"
}
