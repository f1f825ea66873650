#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Inlined calls and source lines: against addr2line, in separate files, and with damaged DWARF.
. "${0%/*}/../lib/tap.sh"
need_cmd python3 gcc g++ objcopy objdump addr2line strip nm stdbuf prlimit timeout

SOURCE_LINES=$top_builddir/tests/lib/source-lines
export SOURCE_LINES
[ -x "$SOURCE_LINES" ] || skip_all "tests/lib/source-lines was not built"
cp "$DATA/inlined.c" "$DATA/templates.cc" .
another=
for tool in llvm-addr2line llvm-addr2line-19 llvm-addr2line-14; do
	command -v "$tool" >/dev/null 2>&1 && another=$tool && break
done

# agree FILE N NAME: no differences at N addresses, and some of them have inlined calls
agree()
{
	python3 -B "$top_srcdir/tests/lib/compare-lines.py" "$1" "$2" addr2line $another >log 2>&1
	diag "$3: $(tail -n 1 log)"
	like "$(tail -n 1 log)" ", [1-9][0-9]* inlined, .*, 0 differences\$" "$3" || diag "$(cat log)"
}

# built NAME COMMAND...: a fixture, or the reason why it is not there
built()
{
	what=$1
	shift
	"$@" 2>build.log && return
	skip "$what cannot be built here"
	return 1
}

# by_clang NAME COMMAND...: binutils 2.40 does not find all that clang writes, LLVM does
by_clang()
{
	[ -n "$another" ] && built "$@" && return
	[ -n "$another" ] || skip "no llvm-addr2line"
	return 1
}

for version in 4 5; do
	built "C by gcc" gcc -g -gdwarf-$version -O2 -o c inlined.c &&
		agree c 500 "C by gcc, DWARF $version"
	by_clang "C by clang" clang -g -gdwarf-$version -O2 -o c inlined.c &&
		agree c 500 "C by clang, DWARF $version"
	built "C++ by gcc" g++ -g -gdwarf-$version -O2 -std=c++17 -DSTEPS=1 -o cxx templates.cc &&
		agree cxx 1000 "C++ templates by gcc, DWARF $version"
	built "link-time optimization" gcc -g -gdwarf-$version -O2 -flto -o lto inlined.c &&
		agree lto 500 "link-time optimization, DWARF $version"
done
by_clang "C++ by clang" clang++ -g -O2 -std=c++17 -DSTEPS=1 -o cxx-clang templates.cc &&
	agree cxx-clang 1000 "C++ templates by clang"
agree "$HELPERS/render" 1000 "a program of many units"

# ---- a chain that is known ----

gcc -g -O2 -o c inlined.c
agree c 500 "the fixture"
objdump -d --no-show-raw-insn c | awk '/<concrete>:/ { on = 1 } /^$/ { on = 0 }
	on && /shl.*0xd/ { sub(/:/, ""); print $1; exit }' >shift
"$SOURCE_LINES" "$PWD/c" <shift 2>/dev/null | sed "s|$PWD/||" >chain
is "$(sed 1d chain)" "innermost
inlined.c:8
middle
inlined.c:16
outermost
inlined.c:22
SYMBOL
inlined.c:30" "the calls are innermost first, each with its line"
"$SOURCE_LINES" "$PWD/c" <shift 2>/dev/null >whole

# ---- where the DWARF may be ----

# same_lines FILE NAME
same_lines()
{
	"$SOURCE_LINES" "$PWD/$1" <shift >got 2>/dev/null
	same_file got whole "$2"
}

objcopy --only-keep-debug c c.debug
strip -o stripped c
objcopy --add-gnu-debuglink=c.debug stripped
same_lines stripped "a stripped file has those of its debug file"
objcopy -R .note.gnu.build-id c anonymous
objcopy --only-keep-debug anonymous anonymous.debug
strip -o stripped-anonymous anonymous
objcopy --add-gnu-debuglink=anonymous.debug stripped-anonymous
same_lines stripped-anonymous "without a build id, by the checksum"
mv c.debug away
"$SOURCE_LINES" "$PWD/stripped" <shift >got 2>/dev/null
is "$(cat got)" "none: No data available" "without the debug file there are none"
objcopy --compress-debug-sections=zlib c compressed
same_lines compressed "compressed sections are read"
objcopy --compress-debug-sections=zlib-gnu c compressed
same_lines compressed "compressed as of old, too"
objcopy -R .debug_aranges c without-aranges
same_lines without-aranges "address ranges are not needed"

if built "split DWARF" gcc -g -gsplit-dwarf -O2 -o split inlined.c; then
	"$SOURCE_LINES" "$PWD/split" <shift >got 2>/dev/null
	is "$(sed "1d; s|$PWD/||" got)" "SYMBOL
inlined.c:8
error: Object is remote" "split DWARF has lines only, which is told"
fi

if command -v dwz >/dev/null 2>&1; then
	for i in 1 2; do
		g++ -g -O2 -std=c++17 -DSTEPS=1 -DNDEBUG=$i -o dwz$i templates.cc
	done
	cp dwz1 before
	# What two files share, and moved to another folder.
	if dwz -m common.debug -M ../shared/common.debug dwz1 dwz2 2>build.log; then
		mkdir here shared
		mv dwz1 here && mv common.debug shared
		objdump -d --no-show-raw-insn before | awk '/^ +[0-9a-f]+:/ { sub(/:/, ""); if (++n % 9 == 0) print $1 }' >all
		"$SOURCE_LINES" "$PWD/before" <all >want 2>/dev/null
		"$SOURCE_LINES" "$PWD/here/dwz1" <all >got 2>/dev/null
		same_file got want "what dwz moved to another file is found there"
		mv shared gone
		"$SOURCE_LINES" "$PWD/here/dwz1" <all >got 2>/dev/null
		is "$(cat got)" "none: No such file or directory" "without that file there is nothing"
		mkdir shared
		mkfifo shared/common.debug
		timeout 60 "$SOURCE_LINES" "$PWD/here/dwz1" <all >got 2>/dev/null
		is "$(cat got)" "none: No such file or directory" "a FIFO in its place is not opened"
	else
		skip "dwz does not take these files" 3
	fi
else
	skip "dwz is not installed" 3
fi

# ---- hostile ----

# hostile NAME [SYMBOL]: a program whose .debug_info has what standard input says below its unit.
# The labels unit and end are there, and the abbreviations 1 unit, 2 function, 3 inlined call and,
# with the symbol wide, 4: 200 attributes of no bytes.
hostile()
{
	cat >"$1.inc"
	cat >"$1.s" <<X
	.text
	.globl _start
_start:	.fill 64, 1, 0x90
	.section .debug_abbrev, "", @progbits
	.byte 1, 0x11, 1, 0x11, 1, 0x12, 7, 0, 0
	.byte 2, 0x2e, 1, 0x11, 1, 0x12, 7, 0, 0
	.byte 3, 0x1d, 1, 0x31, 0x13, 0x11, 1, 0x12, 7, 0, 0
	.ifdef wide
	.byte 4, 0x34, 0
	.rept 200
	.byte 0x3f, 0x19
	.endr
	.byte 0, 0
	.endif
	.byte 0
	.section .debug_info, "", @progbits
unit:	.long end - start
start:	.2byte 4
	.long 0
	.byte 8
	.byte 1
	.quad _start, 64
	.include "$1.inc"
end:
X
	gcc -nostdlib -static -Wa,-I. ${2:+-Wa,--defsym,$2=1} -o "$1" "$1.s" 2>build.log &&
		nm "$1" | sed -n 's/ T _start$//p' >start &&
		timeout 60 "$SOURCE_LINES" "$PWD/$1" <start >got 2>/dev/null
}

hostile cycle <<'X'
	.byte 2
	.quad _start, 64
call:	.byte 3
	.long call - unit
	.quad _start, 64
	.byte 0, 0, 0
X
is "$(sed 1d got)" "
??:0
SYMBOL
??:0" "a call that is its own origin has no name"
hostile deep <<'X'
	.byte 2
	.quad _start, 64
	.rept 1000
	.byte 3
	.long 0
	.quad _start, 64
	.endr
	.fill 1002, 1, 0
X
is "$(sed 1d got | wc -l) $(tail -n 2 got | tr '\n' ' ')" "256 SYMBOL ??:0 " \
	"of a thousand calls 127 are shown, and the function"
hostile wide wide <<'X'
	.byte 2
	.quad _start, 64
	.fill 4096, 1, 4
	.byte 0, 0
X
is "$(tail -n 1 got)" "error: Bad message" "entries with hundreds of attributes are refused"

# A sanitized build needs much more memory.
limit="prlimit --as=1073741824"
nm "$SOURCE_LINES" | grep -Eq '__(a|ub)san_' && limit=

# long_lines MIB: the fixture with as many MiB of rows in its line table more
long_lines()
{
	gcc -g -O2 -gno-as-loc-support -S -o plain.s inlined.c
	awk -v n=$(($1 * 1048576)) '{ print }
		!done && line && /\.quad/ { print "\t.fill " n ", 1, 0x18"; done = 1 }
		/\.section\t\.debug_line,/ { line = 1 }' plain.s >long.s
	gcc -o long long.s && nm long | sed -n 's/ [Tt] concrete$//p' >start
	# shellcheck disable=SC2086 # the limit is two words, or none
	timeout 60 $limit "$SOURCE_LINES" "$PWD/long" <start >got 2>/dev/null
}

ok "a line table of 3 MiB is read in a GiB" long_lines 3
unlike "$(cat got)" "error|\?\?:0" "and its rows are used"
ok "one of 5 MiB is not" long_lines 5
is "$(tail -n 1 got)" "error: Argument list too long" "which is told"

# A large file of the own user is mapped; then it gets shorter.
head -c 16777216 /dev/zero >padding
objcopy --add-section .debug_padding=padding c large && chmod go-w large
mkfifo addresses
# stdbuf preloads a library before that of a sanitizer.
ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS} stdbuf -oL "$SOURCE_LINES" "$PWD/large" <addresses >got 2>/dev/null &
reader=$!
exec 8>addresses
cat shift >&8
while ! grep -q SYMBOL got && kill -0 $reader 2>/dev/null; do sleep 0.1; done
sed -n 2p got >name
truncate -s 4096 large
cat shift >&8
exec 8>&-
wait $reader
is "$? $(cat name) $(grep -c '^0x' got)" "0 innermost 2" "a file that is cut meanwhile does no harm"

# ---- damaged ----

for version in 4 5; do
	gcc -g -gdwarf-$version -O2 -o damaged inlined.c
	python3 -B "$top_srcdir/tests/lib/mutate-debug.py" damaged 200 $version >log
	is "$(head -n 1 log)" "0 bad" "DWARF $version: 200 damaged files do no harm" || diag "$(cat log)"
	like "$(tail -n 1 log)" " [1-9][0-9]* damaged" "DWARF $version: damage is noticed"
done
done_testing
