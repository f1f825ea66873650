#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# unwind-table-builder over its pipe: which file it reads, what it refuses, and what programs need.
. "${0%/*}/../lib/tap.sh"
need_cmd perl
: "${CC:=cc}"
builder=$HELPERS/unwind-table-builder

status_is 2 "an unknown option is a usage error" "$builder" --nonsense
status_is 2 "a bad descriptor is a usage error" "$builder" --file-fd=x
status_is 2 "a file without --print is a usage error" "$builder" /bin/sh

# ask OPTION... -- KIND PATH [INO MAJ MIN GENERATION]: one request, the reply in words.  The options
# are the builder's.
cat >ask.pl <<'PERL'
use strict;
use warnings;
use IPC::Open2;
my @command;
push @command, shift while $ARGV[0] ne '--';
shift;
my ($kind, $path, $ino, $maj, $min, $generation, $stamp) = (@ARGV, (0) x 7);
my $pid = open2(my $in, my $out, @command);
binmode $_ for $in, $out;
syswrite $out, pack('L8Q3', 0x31776275, $kind, 42, length $path, $maj || 0, $min || 0, 0, 0,
	$ino || 0, $generation || 0, $stamp || 0) . $path;
sub get {
	my ($n, $bytes) = (shift, '');
	while ($n > length $bytes) {
		read $in, $bytes, $n - length $bytes, length $bytes or die "cut short\n";
	}
	return $bytes;
}
my ($magic, $k, $id, $status, $error, $segments, $parts, $damaged, $bytes, $rows, $ns, $got) =
	unpack 'L8Q4', get(64);
open my $file, '>', 'stamp' or die;
print $file $got;
close $file;
die "not our reply\n" if $magic != 0x31776275 || $k != $kind || $id != 42;
my $list = get(32 * $segments);
my $body = get($bytes);
close $out;
die "trailing bytes\n" if read $in, my $more, 1;
waitpid $pid, 0;
die "exit status $?\n" if $?;
if ($kind == 2) {
	print "status $status error $error\n";
	for (my $at = 0; $at < length $body;) {
		my ($i, $ma, $mi, $n) = unpack 'QL3', substr $body, $at, 24;
		my $path = substr $body, $at + 24, $n;
		my @st = stat $path;
		print $path, $st[1] == $i ? '' : ' (another inode)', "\n";
		$parts--;
		$at += (24 + $n + 7) & ~7;
	}
	die "$parts are missing\n" if $parts;
	exit;
}
print "status $status error $error";
my ($at, $sum) = (0, 0);
for (1 .. $parts) {
	my ($bucket, $buckets, $n, $exotic, $flags, $w1, $w2, $w3, $w4, $words) =
		unpack 'L10', substr $body, $at, 40;
	$sum += $n;
	$at += 4 * $words;
}
die "\nsizes do not add up\n" if $at != $bytes || $sum != $rows;
print ' table' if $rows;
printf " %x+%x@%x", (unpack 'Q4', substr $list, 32 * $_, 32)[1, 2, 0] for 0 .. $segments - 1;
print "\n";
PERL
ask()
{
	timeout 60 perl ask.pl "$@" 2>&1
}

# identity FILE: inode, major, minor, as a mapping event has them.
identity()
{
	perl -e 'my ($d, $i) = stat $ARGV[0];
		print join " ", $i, ($d >> 8 & 0xfff) | ($d >> 32 & ~0xfff), ($d & 0xff) | ($d >> 12 & ~0xff)' \
		"$1"
}

echo 'int f(int a) { return a; } int main(int c, char **v) { (void)v; return f(c); }' >a.c
if ! $CC -O2 -o program a.c 2>err; then
	bail "no compiler: $(cat err)"
fi
segments=$(LC_ALL=C readelf -lW program | perl -ne '
	printf " %x+%x@%x", hex $2, hex $3, hex $1
		if /LOAD\s+0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x\w+ .*E /')

is "$(ask "$builder" -- 1 "$PWD/program")" "status 0 error 0 table$segments" "the table of a file"
# shellcheck disable=SC2046 # three numbers
is "$(ask "$builder" -- 1 "$PWD/program" $(identity program))" "status 0 error 0 table$segments" \
	"the table of a mapped file"
is "$(ask "$builder" -- 1 "$PWD/program" 12345 0 1)" "status 3 error 0" "another inode is stale"
ask "$builder" -- 1 "$PWD/program" >/dev/null
like "$(ask "$builder" -- 1 "$PWD/program" 0 0 0 0 "$(cat stamp)")" "^status 8 error 0" \
	"a file with the stamp of its table is unchanged"
touch -d '2001-01-01' program
is "$(ask "$builder" -- 1 "$PWD/program" 0 0 0 0 "$(cat stamp)")" \
	"status 0 error 0 table$segments" "a file that was written to has another stamp"
# shellcheck disable=SC2046
is "$(ask "$builder" -- 1 "$PWD/program (deleted)" $(identity program))" \
	"status 0 error 0 table$segments" "the path of an event may say that it was deleted"
like "$(ask "$builder" -- 1 "[vdso]")" '^status 0 error 0 table' "the vdso"
is "$(ask "$builder" -- 1 /nowhere/at/all)" "status 2 error 2" "no such file"
is "$(ask "$builder" -- 1 relative)" "status 2 error 2" "paths are absolute"
is "$(ask "$builder" -- 1 /etc/passwd)" "status 4 error 0" "no ELF file"
is "$(ask "$builder" -- 1 /)" "status 4 error 0" "a folder"
mkfifo fifo
is "$(ask "$builder" -- 1 "$PWD/fifo")" "status 4 error 0" "a FIFO is not opened"

cp program other
perl -e 'open my $f, "+<", "other"; seek $f, 18, 0; print $f pack "S", 183'
is "$(ask "$builder" -- 1 "$PWD/other")" "status 5 error 0" "another machine"
printf 'int f(void) { return 1; }' >b.c
if $CC -fno-asynchronous-unwind-tables -fno-unwind-tables -nostdlib -shared -fPIC -o none.so b.c; then
	is "$(ask "$builder" -- 1 "$PWD/none.so")" "status 1 error 0" "no information"
else
	skip "the compiler cannot leave the information out"
fi
head -c 4096 program >short
like "$(ask "$builder" -- 1 "$PWD/short")" '^status [146] error 0$' "a file that is cut short"
cp program wild
perl -e 'open my $f, "+<", "wild"; seek $f, 0x28, 0; print $f pack "Q", 1 << 60'
like "$(ask "$builder" -- 1 "$PWD/wild")" '^status (0|4) error 0' "section headers beyond the end"

# A file that is out of reach, handed over by a process that had opened it.
cp program gone
identity=$(identity gone)
exec 7<gone
rm gone
# shellcheck disable=SC2086
is "$(ask "$builder" --file-fd=7 -- 1 "$PWD/gone (deleted)" $identity)" \
	"status 0 error 0 table$segments" "a handed-over descriptor"
# shellcheck disable=SC2086
is "$(ask "$builder" -- 1 "$PWD/gone (deleted)" $identity)" "status 2 error 2" "without it there is none"
exec 7<&-

printf 'this is no request, but it is long enough to be read as one: xxxxxxxxx' >nonsense
status_is 1 "a stream of something else is refused" "$builder" <nonsense
like "$(cat err)" 'no sequence of requests' "it says so"
perl -e 'print pack("L8Q3", 0x31776275, 1, 1, 100, 0, 0, 0, 0, 0, 0, 0), "/bin"' >half
status_is 1 "half a request is refused" "$builder" <half
perl -e 'print pack("L8Q3", 0x31776275, 1, 1, 0xffffffff, 0, 0, 0, 0, 0, 0, 0)' >endless
status_is 1 "a path without end is refused" "$builder" <endless
status_is 0 "no request at all is no fault" "$builder" --status-fd=8 </dev/null 8>status
is "$(tail -n 1 status)" "done 1" "it says that it is done"

# ---- printing ----

status_is 0 "--print prints rows" "$builder" --print program
like "$(cat out)" '^[0-9a-f]+-[0-9a-f]+ cfa=rsp\+8 ra=cfa-8$' "in words"
status_is 0 "--statistics prints a line" "$builder" --statistics program
like "$(cat out)" '^program ok rows=[1-9][0-9]* parts=1 ' "with numbers"
status_is 1 "--print of nothing fails" "$builder" --print /nowhere
like "$(cat err)" '^profile-bee: /nowhere: No such file' "it says why"

# ---- what programs need ----

# libraries PROGRAM: as ldd has them, real paths, sorted.
libraries()
{
	ldd "$1" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:blank:]]*\(\/[^ ]*\) .*/\1/p' |
		while read -r path; do realpath "$path"; done | sort -u
}

# needs PATH: the reply's files after the program, real paths, sorted.
needs()
{
	ask "$builder" -- 2 "$1" >reply
	grep '^/' reply | while read -r path; do realpath "$path"; done | grep -v -x -F "$(realpath "$1")" |
		sort -u
}

for program in /bin/sh /usr/bin/python3 /usr/bin/perl /usr/bin/gdb; do
	if [ -x "$program" ] && command -v ldd >/dev/null; then
		is "$(needs "$program")" "$(libraries "$program")" "$program needs what ldd says"
	else
		skip "$program or ldd is not installed"
	fi
done
is "$(ask "$builder" -- 2 "$PWD/program" | sed -n '3p')" "$PWD/program" "the program is the second"
like "$(ask "$builder" -- 2 "$PWD/program" | sed -n '2p')" 'ld-linux' "after its interpreter"

mkdir -p app/bin app/lib
echo 'int g(void) { return 2; }' >g.c
echo 'int g(void); int h(void) { return g(); }' >h.c
echo 'int h(void); int main(void) { return h(); }' >m.c
link() # TAGS: --enable-new-dtags or --disable-new-dtags
{
	$CC -shared -fPIC -o app/lib/libg-test.so g.c &&
		$CC -shared -fPIC -o app/lib/libh-test.so h.c -Lapp/lib -lg-test &&
		$CC -o app/bin/main m.c -Lapp/lib -lh-test "-Wl,-rpath,/nowhere:\$ORIGIN/../lib,$1" \
			-Wl,-rpath-link,app/lib
}
if link --disable-new-dtags 2>err; then
	is "$(needs "$PWD/app/bin/main" | grep -c 'app/lib/lib[gh]-test')" 2 \
		"DT_RPATH with \$ORIGIN counts for the libraries of libraries"
else
	skip "cannot link: $(tail -n 1 err)"
fi
if link --enable-new-dtags 2>err; then
	is "$(needs "$PWD/app/bin/main" | grep -c 'app/lib/libh-test')" 1 "DT_RUNPATH counts"
	is "$(needs "$PWD/app/bin/main" | grep -c 'app/lib/libg-test')" 0 "DT_RUNPATH only for its own"
else
	skip "cannot link: $(tail -n 1 err)" 2
fi

printf '#!%s/program with arguments\n' "$PWD" >script
printf '#! /usr/bin/env -S perl -w\n' >env-script
printf '#!%s/script\n' "$PWD" >script-of-script
chmod +x script env-script script-of-script
is "$(ask "$builder" -- 2 "$PWD/script" | sed -n '3p')" "$PWD/program" "a script's interpreter"
like "$(ask "$builder" -- 2 "$PWD/env-script" | sed -n '3p')" '/perl[0-9.]*$' "through env"
is "$(ask "$builder" -- 2 "$PWD/script-of-script" | sed -n '3p')" "$PWD/program" "through a script"
printf '#!%s/endless-script\n' "$PWD" >endless-script
like "$(ask "$builder" -- 2 "$PWD/endless-script")" '^status 2 error [1-9]' "a script of itself"
like "$(ask "$builder" -- 2 /nowhere)" '^status 2 error 2$' "no such program"
if $CC -static -o static a.c 2>err; then
	is "$(ask "$builder" -- 2 "$PWD/static" | wc -l)" 2 "a static program needs itself only"
else
	skip "no static libc is installed"
fi
done_testing
