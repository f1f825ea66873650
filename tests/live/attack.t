#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What an ordinary user can try with a front end that has file capabilities: he gains no right, no
# process of profile-bee runs his code, and each attempt gets a clear error.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd setpriv setcap perl readelf
chmod 777 .
mkdir bin
cp "$PB" bin/front
FRONT=$SCRATCH/bin/front
setcap cap_bpf,cap_perfmon=p bin/front 2>/dev/null || skip_all "this file system has no file capabilities"

# user COMMAND...: as an ordinary user
user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
user test -x "$HELPERS/profile" || skip_all "the build tree is not open to other users"
user "$FRONT" -q -c try.txt -- true 2>err
! grep -q "not permitted" err || skip_all "this kernel refuses CPU samples to the two capabilities"
rm -f try.txt

# child_of PARENT NAME: the pid of a child, a name has 15 characters
child_of()
{
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		[ "$(cat "/proc/$child/comm" 2>/dev/null)" != "$2" ] || { echo "$child"; return; }
	done
}

# clear MAX PATTERN DESCRIPTION: of what the last status_is wrote, at most MAX lines, one like PATTERN
clear()
{
	if [ "$(wc -l <err)" -gt "$1" ]; then
		fail "$3: at most $1 lines" "$(cat err)"
	else
		like "$(cat err)" "$2" "$3"
	fi
}

cat >command.sh <<'END'
i=0
while [ $i -lt 1000000 ]; do i=$((i + 1)); done
: >command.ready
while [ ! -e command.end ]; do sleep 0.1; done
exit 7
END

# start ENV... -- OPTION...: a run that waits, with these variables; sets $front and the helpers' pids
start()
{
	rm -f command.ready command.end
	variables=
	while [ "$1" != -- ]; do
		variables="$variables $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # a list of assignments
	setpriv --reuid=65534 --regid=65534 --clear-groups env $variables "$FRONT" -q -f 499 "$@" -- \
		/bin/sh command.sh >run.out 2>run.err &
	front=$!
	while [ ! -e command.ready ] && kill -0 "$front" 2>/dev/null; do sleep 0.1; done
	pids="$front"
	for name in profile symbolize render unwind-table-bu; do
		pids="$pids $(child_of "$front" $name)"
	done
	command=$(child_of "$front" sh)
}
finish()
{
	: >command.end
	status=0
	wait "$front" || status=$?
}

# ---- what the environment and the file system plant ----

cat >evil.c <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
__attribute__((constructor)) static void evil(void)
{
	char name[64] = "", path[4096];
	int fd = open("/proc/self/comm", O_RDONLY);

	if (fd >= 0 && read(fd, name, sizeof(name) - 1) > 0)
		name[strcspn(name, "\n")] = '\0';
	snprintf(path, sizeof(path), EVIL "/%s", name);
	open(path, O_WRONLY | O_CREAT, 0666);
}
void gconv_init(void) { evil(); }
void gconv(void) { evil(); }
END
mkdir evil lib gconv locale planted
chmod 777 evil
if ${CC:-cc} -shared -fPIC -DEVIL="\"$SCRATCH/evil\"" -o evil.so evil.c 2>cc.err; then
	for library in libcap.so.2 libelf.so.1 libdw.so.1 libz.so.1 libbpf.so.1 libseccomp.so.2; do
		cp evil.so "lib/$library"
	done
	cp evil.so gconv/EVIL.so
	printf 'alias ANSI_X3.4-1968// EVIL//\nmodule EVIL// INTERNAL EVIL 1\nmodule INTERNAL EVIL// EVIL 1\n' >gconv/gconv-modules
	for name in profile symbolize render unwind-table-builder probe-list; do
		printf '#!/bin/sh\n: >%s/evil/planted-%s\n' "$SCRATCH" "$name" >planted/$name
		chmod 755 planted/$name
		cp planted/$name .
		cp planted/$name bin/
	done
	start "LD_PRELOAD=$SCRATCH/evil.so" "GCONV_PATH=$SCRATCH/gconv" "LOCPATH=$SCRATCH/locale" \
		"LC_ALL=en_US.ISO-8859-2" "PATH=$SCRATCH/planted:$PATH" MALLOC_CHECK_=3 MALLOC_PERTURB_=165 \
		"MALLOC_TRACE=$SCRATCH/evil/trace" "GLIBC_TUNABLES=glibc.malloc.check=3" \
		"BPF_OBJECT_PATH=$SCRATCH" "LIBBPF_LOG_LEVEL=debug" -- -c env.txt
	ok "the run is alive" test -e command.ready
	ok "evil.so works: env(1) and the command had it" test -e evil/sh
	for pid in $pids; do
		name=$(cat "/proc/$pid/comm")
		case $(readlink "/proc/$pid/exe") in
		"$FRONT" | "$HELPERS"/*) pass "$name: is the program that was installed" ;;
		*)	fail "$name: is the program that was installed" "$(readlink "/proc/$pid/exe")" ;;
		esac
		unlike "$(cat "/proc/$pid/maps")" "$SCRATCH/(evil|lib|gconv)" "$name: maps nothing that was planted"
		[ "$pid" = "$front" ] ||
			unlike "$(tr '\0' '\n' <"/proc/$pid/environ")" "^(LD_|GCONV|LOCPATH|PATH|MALLOC|GLIBC|BPF|LIBBPF)" \
				"$name: has none of the variables"
	done
	like "$(tr '\0' '\n' <"/proc/$command/environ")" "^LD_PRELOAD=$SCRATCH/evil.so$" "the command has them"
	finish
	is "$status" 7 "the run is whole"
	start "LD_LIBRARY_PATH=$SCRATCH/lib" -- -c env.txt
	finish
	is "$status" 7 "LD_LIBRARY_PATH has no effect on the run"
	is "$(cd evil && ls | grep -E '^(front|profile|symbolize|render|unwind|probe|planted|trace)')" "" \
		"no process of ours ran planted code"
	rm -rf evil/* profile symbolize render unwind-table-builder probe-list
else
	skip "no shared library can be made: $(head -n 1 cc.err)" 20
fi

# ---- descriptors and limits ----

echo 'i=0; while [ $i -lt 500000 ]; do i=$((i + 1)); done' >busy.sh
status_is 0 "fds 0, 1 and 2 closed" user sh -c 'exec "$0" -q -c closed.txt -- true <&- >&- 2>&-' "$FRONT"
unlike "$(cat closed.txt)" "profile-bee" "no message strays into an output"
status_is 1 "results for a closed fd 1" user sh -c 'exec "$0" -q -f 997 -c - -- sh busy.sh >&-' "$FRONT"
clear 3 "^profile-bee: cannot write" "are an error"
user sh -c 'ulimit -n 10; exec "$0" -q -c files.txt -- true' "$FRONT" 2>err
clear 3 "^profile-bee: .*Too many open files" "ten descriptors are too few, which is said"
ok "no output is left" test ! -s files.txt
if nm "$PB" | grep -Eq '__(a|ub)san_'; then
	skip "a sanitized build needs much more memory" 2
else
	status_is 1 "an address space of 25 MB" user sh -c 'ulimit -v 25000; exec "$0" -q -c memory.txt -- true' "$FRONT"
	clear 2 "^profile-bee: .*Cannot allocate memory$" "is too little, which is said"
fi
status_is 1 "a file size limit" user sh -c 'ulimit -f 1; exec "$0" -q --svg size.svg -- true' "$FRONT"
clear 2 "^profile-bee: cannot write .*size.svg.*: File too large" "is told, and kills nobody"

# ---- outputs ----

echo secret >roots.txt
chmod 600 roots.txt
mkdir -m 755 roots
mkdir sticky
chmod 1777 sticky
ln roots.txt sticky/hard.txt
chmod 644 roots.txt
ln -s "$SCRATCH/roots.txt" sticky/soft.txt
ln -s "$SCRATCH/roots/new.txt" sticky/dangling.txt
for output in roots.txt roots/new.txt sticky/hard.txt sticky/soft.txt sticky/dangling.txt /etc/profile-bee.txt; do
	status_is 1 "an output to $output" user "$FRONT" -q -c "$output" -- true
	clear 1 "^profile-bee: cannot write $output: Permission denied$" "is refused in one line"
	status_is 1 "a recording to $output" user "$FRONT" -q -o "perf.data:$output" --summary-json "$output" -- true
done
is "$(cat roots.txt)" secret "root's file is as it was"
is "$(ls roots)$(ls /etc/profile-bee.txt 2>/dev/null)" "" "no file was made in root's directory"
user sh -c 'echo old >mine.txt; ln -s mine.txt link.txt'
status_is 0 "a symbolic link to a file of his own" user "$FRONT" -q -f 1 -c link.txt -- true
unlike "$(cat mine.txt)" old "works"
ok "and stays a link" test -L link.txt
if unshare -m true 2>/dev/null; then
	mkdir full
	status_is 1 "a full disk" unshare -m sh -c 'mount -t tmpfs -o size=4k,mode=777 none full &&
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" -q --svg full/x.svg -- true' "$FRONT"
	clear 2 "^profile-bee: cannot write .*full/x.svg.*: No space left on device" "is told"
else
	skip "mount namespaces are refused" 2
fi

# ---- hostile files ----

cat >spin.c <<'END'
int main(void)
{
	volatile long n = 0;

	while (n < 300000000)
		n++;
	return 0;
}
END
${CC:-cc} -O1 -o spin spin.c 2>/dev/null
# Noise in every section that the program itself does not need to run; then wrong section headers.
cat >damage.pl <<'PERL'
use strict;
use warnings;
my ($file, $kind) = @ARGV;
srand($kind eq 'headers' ? 1 : 2);
open my $f, '+<', $file or die $!;
binmode $f;
my @sections = `readelf -SW $file`;
if ($kind eq 'headers') {
	seek $f, 40, 0;
	read $f, my $at, 8;
	my $offset = unpack 'Q<', $at;
	for my $i (1 .. 24) {
		seek $f, $offset + $i * 64 + 24, 0;
		print $f pack 'C16', map { int rand 256 } 1 .. 16;
	}
} else {
	for (@sections) {
		next unless /\]\s+\.(eh_frame|eh_frame_hdr|symtab|strtab|shstrtab|note\S*|comment)\s+\S+\s+\S+\s+(\S+)\s+(\S+)/;
		my ($offset, $size) = (hex $2, hex $3);
		seek $f, $offset, 0;
		print $f pack 'C*', map { int rand 256 } 1 .. $size;
	}
}
PERL
for kind in headers sections; do
	cp spin "spin-$kind"
	perl damage.pl "spin-$kind" $kind
	chmod 755 "spin-$kind"
	status_is 0 "a command with damaged $kind" user "$FRONT" -q -f 499 -c hostile.txt -- "./spin-$kind"
	unlike "$(cat err)" "killed|signal|failed" "no helper dies of it"
	like "$(cat hostile.txt)" "^spin-$kind;" "and it has samples"
done
tested=0 bad=
for file in "$top_srcdir"/tests/fuzz/corpus/perf_data/* "$top_srcdir"/tests/fuzz/corpus/symbolize/*; do
	[ $tested -lt 60 ] || break
	tested=$((tested + 1))
	cp "$file" hostile.data
	chmod 644 hostile.data
	status=0
	timeout 60 setpriv --reuid=65534 --regid=65534 --clear-groups "$FRONT" -q --input hostile.data -c input.txt 2>err || status=$?
	[ $status -le 1 ] && ! grep -q "killed" err && [ "$(wc -l <err)" -le 8 ] || bad="$bad ${file##*/}:$status"
	rm -f input.txt
done
is "$bad" "" "$tested hostile recordings are read or refused"

# ---- other processes of the same user ----

start -- -c attached.txt --svg attached.svg
for pid in $pids; do
	is "$(user "$top_builddir/tests/lib/attach" "$pid")" "$pid EPERM EACCES EPERM" \
		"$(cat "/proc/$pid/comm"): cannot be traced or read by its user"
done
if [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || echo 0)" = 0 ]; then
	is "$(user "$top_builddir/tests/lib/attach" "$command")" "$command done done done" "but his command can"
else
	skip "Yama forbids him to trace his command"
fi
for pid in $pids; do
	[ "$pid" = "$front" ] || for signal in HUP INT TERM PIPE XFSZ; do user kill -$signal "$pid"; done
done
finish
is "$status $(cat run.err)" "7 " "polite signals to helpers change nothing"
for victim in profile symbolize render; do
	start -- -c signalled.txt
	# Sanitizers make an error of their own of most others.
	user kill -ABRT "$(child_of "$front" $victim)"
	while [ -n "$(child_of "$front" profile)" ]; do sleep 0.1; done
	finish
	is "$status $(grep -c "^profile-bee: the helper $victim was killed by signal 6 " run.err)" "7 1" \
		"a deadly one to $victim: one line, and the command goes on"
done
done_testing
