#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The capabilities of every process at every stage, as root, as a user whose front end has file
# capabilities, and under sudo: and nothing can get more back.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd setpriv setcap unshare
unshare -m true 2>/dev/null || skip_all "mount namespaces are refused"
chmod 777 .
cp "$PB" front
setcap cap_bpf,cap_perfmon=p front 2>/dev/null || skip_all "this file system has no file capabilities"
setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$HELPERS/profile" ||
	skip_all "the build tree is not open to other users"
command -v mkfifo >/dev/null || skip_all "no mkfifo"

none=0000000000000000
two=000000c000000000
all=$(sed -n 's/^CapPrm:[[:space:]]*//p' /proc/self/status)
bounding=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)

# sets FILE: permitted effective inheritable ambient bounding, no_new_privs, of a status file
sets()
{
	for name in CapPrm CapEff CapInh CapAmb CapBnd NoNewPrivs; do
		sed -n "s/^$name:[[:space:]]*//p" "$1"
	done | paste -s -d ' '
}

# ---- what each helper is born with: spies in their places, which also try to get more ----

cp "$(command -v grep)" capable
setcap all=p capable
cp "$(command -v grep)" setuid
chmod 4755 setuid
cat >spy <<END
#!/bin/sh
cd "$SCRATCH/spied" && name=\${0##*/}
[ ! -e "\$name" ] || exit 1
cat /proc/self/status >"\$name"
../capable -E '^(Cap|NoNew)' /proc/self/status >"\$name.capable"
../setuid -E '^(Cap|NoNew)' /proc/self/status >"\$name.setuid"
exit 1
END
chmod 755 spy

# spy_on WHO FRONT ARGUMENT...: a run in which every helper is a spy
spy_on()
{
	rm -rf spied && mkdir spied && chmod 777 spied
	# shellcheck disable=SC2016 # expanded by the inner shell
	helpers=$HELPERS who=$1 unshare -m sh -c '
		for helper in probe-list symbolize render profile unwind-table-builder; do
			[ "$helper" = "$spare" ] || mount --bind spy "$helpers/$helper" || exit 1
		done
		if [ "$who" = sudoer ]; then
			mount -t tmpfs -o mode=755 none /etc/sudoers.d &&
			echo "#65534 ALL=(ALL) NOPASSWD:SETENV: ALL" >/etc/sudoers.d/test || exit 1
			exec setpriv --reuid=65534 --regid=65534 --clear-groups sudo -n "$@"
		elif [ "$who" = user ]; then
			exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
		fi
		exec "$@"' "$@" >spy.out 2>&1
}

# adds_nothing FILE SET: no set in FILE has what SET lacks
adds_nothing()
{
	for name in CapPrm CapEff CapInh CapAmb; do
		value=$(sed -n "s/^$name:[[:space:]]*//p" "$1")
		[ -n "$value" ] && [ $((0x$value & ~0x$2)) = 0 ] || return 1
	done
}

# spied WHO BOUNDING: what the spies found
spied()
{
	for helper in probe-list symbolize render unwind-table-builder profile; do
		own=$none
		[ "$helper" != profile ] || own=$two
		is "$(sets "spied/$helper")" "$own $own $own $own $2 1" "$1: $helper is born with what it may have"
		ok "$1: $helper gets nothing from a file with all capabilities" \
			adds_nothing "spied/$helper.capable" "$own"
		ok "$1: $helper gets nothing from a setuid program" adds_nothing "spied/$helper.setuid" "$own"
	done
}

# A run ends with its first helper that fails, so one for probe-list and one for the others.
spy_all()
{
	spare=
	export spare
	spy_on "$1" "$2" -c x.txt --uprobe malloc -- true
	[ -e spied/probe-list ] || diag "$(cat spy.out)"
	cp -r spied kept
	spy_on "$1" "$2" -c x.txt -- true
	cp kept/* spied/
	rm -rf kept
}

spy_all root "$PB"
spied root $none
spy_all user ./front
spied user "$bounding"
if ! command -v sudo >/dev/null; then
	skip "sudo is not installed" 15
elif ! spy_on sudoer true; then
	skip "sudo does not work here: $(head -n 1 spy.out)" 15
else
	spy_all sudoer "$PB"
	spied sudo $none
fi

# ---- a run that is alive ----

field()
{
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# child_of PARENT NAME: the pid of a child, a name has 15 characters
child_of()
{
	for child in $(cat "/proc/$1/task/$1/children"); do
		[ "$(cat "/proc/$child/comm" 2>/dev/null)" != "$2" ] || { echo "$child"; return; }
	done
}

cat >watched.sh <<'END'
cat /proc/self/status >command.status
: >command.ready
while [ ! -e command.end ]; do sleep 0.1; done
END

# watch WHO PERMITTED EFFECTIVE BOUNDING-AFTER COMMAND-PERMITTED FRONT: the front end, which is held
# before its drop by an output that nobody reads yet, then every process of the run
watch()
{
	name=$1
	permitted=$2
	effective=$3
	after=$4
	command_has=$5
	shift 5
	rm -f fifo command.* alive.txt
	mkfifo -m 666 fifo
	"$@" -q -c fifo -- sh watched.sh >alive.out 2>&1 &
	front=$!
	until [ "$(field "$front" State)" = "S (sleeping)" ] || ! kill -0 "$front" 2>/dev/null; do
		sleep 0.1
	done
	is "$(sets "/proc/$front/status")" "$permitted $effective $none $none $bounding 0" \
		"$name: the front end before the drop"
	cat fifo >alive.txt &
	while [ ! -e command.ready ] && kill -0 "$front" 2>/dev/null; do sleep 0.1; done
	if [ ! -e command.ready ] && grep -q "not permitted" alive.out; then
		skip "this kernel refuses CPU samples: $(head -n 1 alive.out)" 9
		return
	fi
	is "$(sets "/proc/$front/status") $(field "$front" Seccomp)" "$none $none $none $none $after 1 0" \
		"$name: the front end after the drop"
	is "$(sets command.status)" "$command_has $command_has $none $none $bounding 0" \
		"$name: the command has what the caller has"
	profile=$(child_of "$front" profile)
	is "$(sets "/proc/$profile/status")" "$two $two $two $two $after 1" "$name: profile"
	for helper in symbolize render unwind-table-bu; do
		pid=$(child_of "$front" $helper)
		is "$(sets "/proc/$pid/status")" "$none $none $none $none $after 1" "$name: $helper"
		is "$(field "$pid" Seccomp) $(field "$pid" Seccomp_filters)" "2 1" "$name: $helper has its filter"
		if [ "$name" != root ]; then
			is "$(stat -c %u "/proc/$pid/status")" 0 "$name: $helper is not its user's to trace"
		fi
	done
	: >command.end
	wait "$front"
}

watch root "$all" "$all" $none "$all" "$PB"
watch user $two $none "$bounding" $none setpriv --reuid=65534 --regid=65534 --clear-groups ./front
done_testing
