#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sampling on stock kernels, in emulated machines; what is tested there is in guest.sh.
#
# VM_KERNELS names the kernels: "installed" is the newest linux-image package here, another word a
# Debian suite, whose kernel vm-kernel fetches once (into VM_CACHE, if that is set), a word with a
# slash the tree of one.  The default is "installed"; empty, the test is skipped.
. "${0%/*}/../lib/tap.sh"

: "${VM_KERNELS=installed}"
[ -z "$NO_LIVE_TESTS" ] || skip_all "NO_LIVE_TESTS is set"
[ -n "$VM_KERNELS" ] || skip_all "VM_KERNELS names no kernel"
PATH=$PATH:/usr/sbin:/sbin
need_cmd qemu-system-x86_64 busybox cpio modprobe
alone

VM=$top_srcdir/tests/vm
SECONDS_MAX=1800

# ---- objects, by every compiler that is installed here ----

mkdir objects
for compiler in $(ls /usr/bin/clang /usr/bin/clang-[0-9]* 2>/dev/null | grep -E '/clang(-[0-9]+)?$'); do
	for source in "$top_srcdir"/bpf/*.bpf.c; do
		name=${source##*/}
		ok "${compiler##*/} compiles $name" sh -c 'cd "$1" && "$2" -g -O2 -target bpf \
			-mcpu=v3 -D__TARGET_ARCH_x86 -I. -c "$3" -o "$4"' sh "$top_srcdir" \
			"$compiler" "$source" "$SCRATCH/objects/${compiler##*/}-${name%.bpf.c}.o"
	done
done

# tree_of KERNEL: the tree for vm-run, empty for what is installed.
tree_of()
{
	case $1 in
	installed)	;;
	*/*)		echo "$1" ;;
	*)		"$VM/vm-kernel" ${VM_CACHE:+-d "$VM_CACHE"} "$1" ;;
	esac
}

# A machine keeps one of our CPUs busy, so as many run at a time.
for kernel in $VM_KERNELS; do
	mkdir -p "runs/$kernel"
	tree_of "$kernel" >"runs/$kernel/tree" 2>"runs/$kernel/why" || continue
	echo "$kernel"
done >kernels
export VM SECONDS_MAX
xargs -P "$(nproc)" -n 1 sh -c '
	scratch=$PWD
	cd "runs/$1" && tree=$(cat tree)
	"$VM/vm-run" ${tree:+-k "$tree"} -t "$SECONDS_MAX" -- \
		env top_srcdir="$top_srcdir" top_builddir="$top_builddir" \
		sh "$VM/guest.sh" "$scratch/objects" >tap 2>err
	echo $? >status' sh <kernels

# pass_on KERNEL: the machine's assertions become ours.
pass_on()
{
	pass_on_planned=
	pass_on_made=0
	while read -r line; do
		case $line in
		"ok "* | "not ok "*)	pass_on_made=$((pass_on_made + 1)) ;;
		esac
		case $line in
		"ok "*" # SKIP "*)	skip "$1: ${line#*# SKIP }" ;;
		"ok "*)			pass "$1: ${line#* - }" ;;
		"not ok "*)		fail "$1: ${line#* - }" ;;
		"1.."*)			pass_on_planned=${line#1..} ;;
		*)			diag "${line#\# }" ;;
		esac
	done <"runs/$1/tap"
	is "$pass_on_made" "$pass_on_planned" "$1: the machine got to the end of its tests"
}

for kernel in $VM_KERNELS; do
	if [ -s "runs/$kernel/status" ]; then
		is "$(cat "runs/$kernel/status")" 0 "$kernel: the machine ran: $(cat "runs/$kernel/err")"
		pass_on "$kernel"
	else
		skip "$kernel: $(tail -n 1 "runs/$kernel/why")"
	fi
done
done_testing
