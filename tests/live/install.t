#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make install and make install-caps: who can do what afterwards, and what the others are told.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd make setpriv setcap getcap groupadd unshare
[ -n "$install_inside" ] || unshare -m true 2>/dev/null || skip_all "mount namespaces are refused"

prefix=$(sed -n 's/^prefix = //p' "$top_builddir/Makefile")
bindir=$(sed -n 's/^bindir = //p' "$top_builddir/Makefile" | sed "s|\${exec_prefix}|$prefix|")
libexecdir=$(sed -n 's/^libexecdir = //p' "$top_builddir/Makefile" | sed "s|\${exec_prefix}|$prefix|")
front=$bindir/profile-bee
profile=$libexecdir/profile-bee/profile

# The rest runs in a mount namespace where writing to /etc and below the prefix changes layers only.
if [ -z "$install_inside" ]; then
	install_inside=1
	export install_inside
	case $bindir:$libexecdir in
	"$prefix"/*:"$prefix"/*) ;;
	*)	skip_all "bindir or libexecdir is not below the prefix" ;;
	esac
	cd / && rm -rf "$SCRATCH"
	exec unshare -m "$tap_script"
fi
unset MAKEFLAGS MAKELEVEL MFLAGS
mount --make-rprivate / && mount -t tmpfs none "$SCRATCH" && cd "$SCRATCH" || skip_all "no mounts here"
chmod 777 .

# over DIRECTORY: what is written there goes to a layer of its own
over()
{
	mkdir -p "$SCRATCH/layer$1/upper" "$SCRATCH/layer$1/work" &&
		mount -t overlay overlay -o \
			"lowerdir=$1,upperdir=$SCRATCH/layer$1/upper,workdir=$SCRATCH/layer$1/work" "$1"
}
[ -d "$prefix" ] && over /etc 2>/dev/null && over "$prefix" 2>/dev/null || skip_all "no overlay file system here"

# user COMMAND...: as an ordinary user; member COMMAND...: as one of the group
user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
member()
{
	setpriv --reuid=65534 --regid=65534 --groups="$gid" "$@"
}
owner_and_mode()
{
	stat -c '%U:%G %a' "$1"
}

# ---- make install ----

ok "make install" make -s -C "$top_builddir" install
is "$(owner_and_mode "$front") $(owner_and_mode "$profile")" "root:root 755 root:root 755" "owners and modes are the usual"
is "$(getcap -r "$bindir" "$libexecdir/profile-bee" 2>/dev/null)" "" "no file has a capability"
status_is 3 "an ordinary user may not profile" user "$front" -c x.txt -- true
is "$(wc -l <err)" 2 "he gets one message"
like "$(cat err)" "^profile-bee: not permitted: sampling needs the capabilities CAP_BPF and CAP_PERFMON, which" "it names what is missing"
like "$(cat err)" "setcap cap_bpf,cap_perfmon=p $front$" "and the remedy, with the file's path"
ok "no output is left" test ! -e x.txt

ok "make install DESTDIR" make -s -C "$top_builddir" install DESTDIR="$SCRATCH/stage"
status_is 2 "make install-caps DESTDIR without the group fails" \
	make -s -C "$top_builddir" install-caps DESTDIR="$SCRATCH/stage" PROFILER_GROUP=no-such-group-here
like "$(cat err)" "^install-caps: there is no group no-such-group-here here, .*groupadd --system" "and says what to do"
is "$(getcap "$SCRATCH/stage$front")" "" "nothing was changed"
status_is 2 "an ordinary user cannot make install-caps" \
	user make -s -f "$top_builddir/Makefile" -C "$top_builddir" install-caps
like "$(cat err)" "^install-caps: only root can give capabilities to files" "and is told so"

# ---- make install-caps ----

ok "make install-caps" make -s -C "$top_builddir" install-caps
gid=$(getent group profile-bee | cut -d : -f 3)
like "$gid" "^[0-9]+$" "the group is there"
is "$(owner_and_mode "$front") $(owner_and_mode "$profile")" "root:root 755 root:profile-bee 750" \
	"the front end is everybody's, profile the group's"
two="cap_perfmon,cap_bpf=p"
is "$(getcap "$front")" "$front $two" "the front end has the two capabilities"
is "$(getcap -r "$libexecdir/profile-bee" 2>/dev/null)" "" "no helper has any"
ok "a second time changes nothing" make -s -C "$top_builddir" install-caps
is "$(owner_and_mode "$profile") $(getcap "$front")" "root:profile-bee 750 $front $two" "it is as it was"

"$front" -q -f 997 -o run.perf.data -- sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done'
chmod 644 run.perf.data
status_is 0 "everybody has --help" user "$front" --help
status_is 0 "everybody has --version" user "$front" --version
status_is 0 "everybody has --input" user "$front" -q --input run.perf.data -c input.txt
is "$(cat err)" "" "without a complaint"
status_is 0 "everybody has --list-probes" user "$front" --list-probes malloc -- true
like "$(cat out)" "malloc" "and it finds them"

status_is 3 "who is not of the group may not profile" user "$front" -c x.txt -- true
is "$(wc -l <err)" 2 "he gets one message"
like "$(cat err)" "^profile-bee: not permitted: only members of the group profile-bee may profile here$" "it names the group"
like "$(cat err)" "usermod -aG profile-bee USER\); then log in again$" "and the remedy"
status_is 3 "nor probe" user "$front" -c x.txt --uprobe malloc -- true
like "$(cat err)" "members of the group profile-bee" "for the same reason"
status_is 0 "root may" "$front" -q -c root.txt -- true

member "$front" -q -c try.txt -- true 2>err
if grep -q -e "not permitted" -e "perf_event" err; then
	skip "this kernel refuses CPU samples to the two capabilities" 2
else
	status_is 0 "a member of the group may" member "$front" -q -c member.txt -f 997 -- \
		sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done'
	like "$(cat member.txt)" "^sh;" "and gets samples"
fi

# ---- where file capabilities do not count ----

status_is 0 "it starts under an empty bounding set" \
	setpriv --bounding-set=-all --reuid=65534 --regid=65534 --groups="$gid" "$front" --version
status_is 3 "but may not profile there" \
	setpriv --bounding-set=-all --reuid=65534 --regid=65534 --groups="$gid" "$front" -c x.txt -- true
like "$(cat err)" "^profile-bee: not permitted: CAP_BPF and CAP_PERFMON are outside the bounding set" "the message names the bounding set"
status_is 3 "nor with one of the two" \
	setpriv --bounding-set=-perfmon --reuid=65534 --regid=65534 --groups="$gid" "$front" -c x.txt -- true
status_is 3 "nor under no_new_privs" \
	member setpriv --no-new-privs "$front" -c x.txt -- true
like "$(cat err)" "started with no_new_privs$" "the message names it"
mkdir nosuid
mount -t tmpfs -o nosuid none nosuid
chmod 755 nosuid
cp "$front" nosuid/profile-bee
setcap cap_bpf,cap_perfmon=p nosuid/profile-bee
status_is 0 "it starts from a file system that is mounted nosuid" member nosuid/profile-bee --version
status_is 3 "but may not profile" member nosuid/profile-bee -c x.txt -- true
is "$(wc -l <err)" 2 "one message"
like "$(cat err)" "^profile-bee: not permitted: .* its file system is mounted nosuid$" "names the mount"
cd / && umount -R "$SCRATCH" 2>/dev/null
done_testing
