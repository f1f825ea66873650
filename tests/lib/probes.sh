# SPDX-License-Identifier: GPL-2.0-or-later
# The profile helper at probes, by hand: a list of them, and a command that hits them.

# file_offset FILE ADDRESS: where in the file what the linker put there is; both are decimal.
file_offset()
{
	readelf -lW "$1" | awk '$1 == "LOAD" { print $2, $3, $5 }' | while read -r offset start size; do
		[ "$2" -lt $((start)) ] || [ "$2" -ge $((start + size)) ] ||
			echo $(($2 - start + offset))
	done
}

# symbol FILE NAME: the file offset of that symbol.
symbol()
{
	file_offset "$1" $((0x$(nm "$1" | sed -n "s/^\([0-9a-f]*\) . $2\$/\1/p")))
}

new_list()
{
	: >list
	list_lines=0
}

# target KIND RETURN OFFSET SEMAPHORE FILE NAME [EVENT]: append a probe to the list.
target()
{
	printf 'probe\t0\t%s\t%s\t%s\t0\t%s\t%s\t\t%s\t%s\t%s\t\n' "$1" "$2" "$3" "$4" "$7" "$5" "$6" "$6" >>list
	list_lines=$((list_lines + 1))
}

# fact KEY: its value in the last run.
fact()
{
	sed -n "s/^$1 //p" facts | tail -n 1
}

# facts_of KEY: all its values, on one line.
facts_of()
{
	sed -n "s/^$1 //p" facts | tr '\n' ' ' | sed 's/ $//'
}

# until_live SECONDS: wait until the probes are attached, or the helper has ended.
until_live()
{
	tries=0
	while ! grep -Eq '^(live|ended)' facts && [ "$tries" -lt $(($1 * 20)) ]; do
		tries=$((tries + 1))
		sleep 0.05
	done
}

# hit_by COMMAND...: start it, but held until the helper is live; its process id is in $hitter.
hit_by()
{
	rm -f go
	mkfifo go
	# A workload that waits by itself is mapped, so its unwind table is there before its hits.
	case $1 in
	*/workloads/hits)	"$@" <>go >ran & ;;
	*)			(read -r line <go; exec "$@" </dev/null >ran) & ;;
	esac
	hitter=$!
}

# probed OPTION...: run the helper at the probes of the list until the command has ended.  The status
# lines are in `facts`, the stream in `stream`, its messages in `err`, stacks in `stacks`, the exit
# status in $status.  PROBE_RUNNER is put before the helper.
probed()
{
	printf 'end\t%d\n' "$list_lines" >>list
	: >facts
	rm -f to from
	mkfifo to from
	"$HELPERS/unwind-table-builder" <to >from &
	builder=$!
	{
		until_live 60
		echo >go
		tail --pid="$hitter" -f /dev/null
		sleep 0.1
	} | {
		$PROBE_RUNNER "$HELPERS/profile" --status-fd=3 --probes-fd=4 --builder=5:6 "$@" \
			>stream 2>err 3>>facts 4<list 5<>from 6<>to
		echo "ended $?" >>facts
	}
	status=$(fact ended)
	kill "$builder" 2>/dev/null
	wait "$hitter" "$builder" 2>/dev/null
	"$HELPERS/symbolize" <stream >named 2>/dev/null
	"$HELPERS/render" --output=collapsed:3 <named 3>stacks 2>/dev/null
}

# Every hit that was due is in the stream, left out on purpose, or lost with a cause.
hits_balance()
{
	sum=0
	for key in samples filtered lost_ring lost_map lost_nested lost_busy; do
		sum=$((sum + $(fact $key)))
	done
	is "$sum" "$(fact samples_due)" "$1: due = samples + left out + lost"
}

# stacks_like REGEX: samples whose stack matches.
stacks_like()
{
	awk -v regex="$1" '{ n = $NF; sub(/ [0-9]+$/, "") } $0 ~ regex { sum += n }
		END { print sum + 0 }' stacks
}
