# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests on real programs ask of a run's results.  Sourced after tap.sh.

# json FILE KEY: a member of --summary-json, which has one a line; unwind.KEY: one of that object.
json()
{
	case $2 in
	unwind.*)	sed -n "s/^    \"${2#unwind.}\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$1"; return ;;
	esac
	sed -n "s/^  \"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$1"
}

# total FILE: the sum of the counts of collapsed stacks.
total()
{
	awk '{ n += $NF } END { print n + 0 }' "$1"
}

# permille FILE REGEX: so many of 1,000 samples have a stack that matches.  As a leaf's kernel or
# user part is asked for by REGEX itself: a stack is "comm;outermost;...;innermost".
permille()
{
	awk -v regex="$2" '{ n = $NF; sub(/ [0-9]+$/, ""); t += n; if ($0 ~ regex) m += n }
		END { printf "%d", t ? 1000 * m / t : 0 }' "$1"
}

# at_least GOT WANTED DESCRIPTION; at_most GOT WANTED DESCRIPTION
at_least()
{
	[ "${1:-0}" -ge "$2" ]
	tap_result $? "$3: $1, at least $2"
}

at_most()
{
	[ "${1:-0}" -le "$2" ]
	tap_result $? "$3: $1, at most $2"
}

# complete NAME PERMILLE: of 1,000 user stacks of the run in x.json so many are complete.  What cut the
# others goes to the log, and the memory that it took.
complete()
{
	complete_all=$(json x.json unwind.user_stacks)
	complete_root=$(json x.json unwind.complete)
	diag "$1: $(sed -n 's/^  "\(verdict\.[a-z_]*\)": \([0-9]*\).*/\1 \2/p' x.json | paste -s -d ,)"
	diag "$1: memory $(json x.json unwind.memory_bytes), tables $(json x.json unwind.tables)" \
		"of $(json x.json unwind.table_bytes) bytes, processes $(json x.json unwind.processes)," \
		"mappings $(json x.json unwind.mappings), copies $(json x.json unwind.copies)"
	at_least "$((${complete_all:-0} ? 1000 * ${complete_root:-0} / complete_all : 0))" "$2" \
		"$1: complete stacks (of 1,000)"
}

# accounts NAME: x.folded and x.json of one run say the same, and nothing that was due is missing.
accounts()
{
	accounts_sum=0
	for accounts_key in samples lost filtered idle_skipped idle_unsampled; do
		accounts_value=$(json x.json $accounts_key)
		accounts_sum=$((accounts_sum + ${accounts_value:-0}))
	done
	is "$accounts_sum" "$(json x.json samples_due)" "$1: due = samples + lost + left out"
	is "$(total x.folded)" "$(json x.json samples)" "$1: the counts of all stacks make up the samples"
	is "$(json x.json incomplete)" null "$1: the run is complete"
}

# hits NAME: of a probe, in x.json.
hits()
{
	sed -n 's/.*{"name": "'"$1"'", "hits": \([0-9]*\),.*/\1/p' x.json
}

# run NAME ARGUMENT...: profile-bee with x.json and x.folded; nothing is lost.
run()
{
	run_name=$1
	shift
	status_is 0 "$run_name" "$PB" -q --summary-json x.json -c x.folded "$@"
	is "$(json x.json lost)" 0 "$run_name: nothing was lost"
}
