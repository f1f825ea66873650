#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --pipe-to: a program of the user's gets the messages, with the caller's rights.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"
recording=$top_srcdir/tests/fuzz/corpus/symbolize/pipe-ours

"$PB" -q --input "$recording" -c wanted 2>/dev/null
status_is 0 "a recording" "$PB" -q --input "$recording" --pipe-to "$HELPERS/render --output=collapsed:1"
same_file out wanted "a recording: the messages have all stacks"
status_is 0 "beside other outputs" "$PB" -q --input "$recording" --pipe-to 'sh -c "cat >messages"' -c other
same_file other wanted "beside other outputs: they are as without it"
"$HELPERS/render" --output=collapsed:3 <messages 3>again
same_file again wanted "beside other outputs: the program gets the same"
ok "the messages are those of symbolize" grep -aq samples_read messages

cat >small.folded <<'END'
main;foo 10
main;foo;bar_[k] 3
END
status_is 0 "a profile" "$PB" -q --input small.folded --pipe-to "$HELPERS/render --output=collapsed:1"
same_file out small.folded "a profile: one message of it"
status_is 0 "a profile and a filter" "$PB" -q --input small.folded --focus bar \
	--pipe-to "$HELPERS/render --output=collapsed:1"
is "$(cat out)" "main;foo;bar_[k] 3" "a profile and a filter: it applies"

status_is 0 "arguments" "$PB" -q --input small.folded \
	--pipe-to "sh -c 'printf \"%s|\" \"\$@\"; cat >/dev/null' sh 'a b' c\\\"d \"e  f\" ''"
is "$(cat out)" 'a b|c"d|e  f||' "arguments are split as a shell does"
mkdir bin
printf '#!/bin/sh\ncat >/dev/null\necho "$MY_NAME in $PWD"\n' >bin/mine
chmod +x bin/mine
status_is 0 "PATH, environment and directory" env PATH="$PWD/bin:$PATH" MY_NAME=me \
	"$PB" -q --input small.folded --pipe-to mine
is "$(cat out)" "me in $PWD" "PATH, environment and directory are the caller's"

status_is 0 "a program that takes its time" "$PB" -q --input small.folded \
	--pipe-to "sh -c 'cat >/dev/null; sleep 0.5; echo late'"
is "$(cat out)" late "a program that takes its time is waited for"
status_is 0 "a program that reads nothing" "$PB" -q --input "$recording" --pipe-to true -c other
same_file other wanted "a program that reads nothing: other outputs are whole"
status_is 0 "Ctrl-C is not for it" "$PB" -q --input small.folded \
	--pipe-to "sh -c 'cat >/dev/null; kill -INT \$\$; echo there'"
is "$(cat out)" there "Ctrl-C is not for it: it goes on"

status_is 1 "a program that fails" "$PB" -q --input small.folded --pipe-to "sh -c 'cat >/dev/null; exit 7'"
like "$(cat err)" '^profile-bee: sh failed with status 7$' "a program that fails is named"
status_is 1 "a program that is killed" "$PB" -q --input small.folded --pipe-to "sh -c 'kill -9 \$\$'"
like "$(cat err)" '^profile-bee: sh was killed by signal 9' "a program that is killed is named"
status_is 1 "no such program" "$PB" --input small.folded --pipe-to no-such-program -c new
like "$(cat err)" '^profile-bee: no-such-program: command not found$' "no such program: it is said"
ok "no such program: nothing is left" test ! -e new
status_is 2 "two programs" "$PB" --input small.folded --pipe-to cat --pipe-to cat
like "$(cat err)" '^profile-bee: --pipe-to cat: there is another program already$' "two programs are one too many"
status_is 2 "an open quote" "$PB" --input small.folded --pipe-to "sh -c 'x"
status_is 2 "no program" "$PB" --input small.folded --pipe-to ''

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	status_is 0 "capabilities" setpriv --bounding-set=-all --inh-caps=-all "$PB" -q --input small.folded \
		--pipe-to "sh -c 'cat >/dev/null; grep -E \"Cap(Eff|Bnd)|NoNewPrivs\" /proc/self/status; ls -l /proc/self/fd'"
	setpriv --bounding-set=-all --inh-caps=-all grep -E "Cap(Eff|Bnd)|NoNewPrivs" /proc/self/status >wanted.status
	is "$(grep -E 'Cap|NoNew' out)" "$(cat wanted.status)" "capabilities are the caller's"
	ls -l /proc/self/fd >before 2>err </dev/null
	is "$(grep -c 'pipe:' out)" "$(($(grep -c 'pipe:' before) + 1))" \
		"and one pipe of ours is open in it, its input"
else
	skip "needs root and setpriv" 3
fi
done_testing
