#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Differences of two profiles, and conditions for automatic checks.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"

cat >before.folded <<'END'
main;parse;malloc 100
main;parse;old_way 300
main;run;sys_read_[k] 600
END
cat >after.folded <<'END'
main;parse;malloc 200
main;parse;new_way 600
main;run;sys_read_[k] 1195
main;run 5
END

# compare [OPTION...]: the difference of before and after by the command.
compare()
{
	"$PB" -q --diff before.folded --input after.folded "$@"
}

# ---- collapsed stacks ----

compare -o d.folded 2>err
is "$(cat d.folded) $(cat err)" "main;parse;malloc 100 200
main;parse;new_way 0 600
main;parse;old_way 300 0
main;run 0 5
main;run;sys_read_[k] 600 1195 " "two counts, before and after; what vanished and what is new are there"
"$PB" -q --diff before.folded --input before.folded -c - >same.folded
is "$(awk '$(NF - 1) != $NF' same.folded | wc -l)" 0 "a profile does not differ from itself"
is "$(compare -c - --focus=parse)" "main;parse;malloc 100 200
main;parse;new_way 0 600
main;parse;old_way 300 0" "filters apply to both"
is "$(compare -c - --min-percent=0.5)" "main;parse;malloc 100 200
main;parse;new_way 0 600
main;parse;old_way 300 0
main;run 0 5
main;run;sys_read_[k] 600 1195" "what was large before stays, though it is small now"
is "$(compare -c - --min-percent=15)" "main;parse;[less than 15%] 100 200
main;parse;new_way 0 600
main;parse;old_way 300 0
main;run 0 5
main;run;sys_read_[k] 600 1195" "and what was small both times is one frame"
printf '!comment samples_read 6\nc;a:b 1\n- 5\n' | collapsed-to-pprof >one.pprof
printf 'c;a\\x3bb 2\nc;a:b 4\n' | collapsed-to-pprof >two.pprof
"$render" --before=messages:4 --output=collapsed:3 <two.pprof 3>d.folded 4<one.pprof 2>err
is "$(cat d.folded)" "[unknown] 5 0
c;a:b 1 6" "names that become equal are merged, before and after"

# ---- every input format ----

compare -c wanted.folded
for extension in pb.gz svg html; do
	"$PB" -q --input before.folded -o before.$extension
	"$PB" -q --diff before.$extension --input after.folded -c got.folded 2>err
	same_file got.folded wanted.folded "before as .$extension"
done
for extension in svg html; do
	compare -o d.$extension
	"$PB" -q --input d.$extension -c got.folded 2>err
	same_file got.folded wanted.folded "the .$extension of a difference is a difference again"
	status_is 1 "which is not one profile" "$PB" -q --input d.$extension -o never.pb.gz
	like "$(cat err)" '^profile-bee: a difference cannot be written as pprof' "it says so"
	status_is 1 "and not the profile before" "$PB" -q --diff d.$extension --input after.folded \
		-c never.folded
	like "$(cat err)" 'it is the difference of two profiles' "it says so"
done
"$PB" -q --input d.svg -o d2.html --focus=parse
"$PB" -q --input d2.html -c - >got.folded
is "$(cat got.folded)" "$(compare -c - --focus=parse)" "filters apply to it"
compare -o d.folded
status_is 1 "collapsed stacks with two counts are no profile" "$PB" -q --input d.folded -c never.folded
like "$(cat err)" '^profile-bee: cannot read d.folded: it is the difference of two profiles' "it says so"
# Recordings, each through a symbolizer of its own.
"$top_builddir/tests/lib/write-copies" 20 40000 3 >before.data
"$top_builddir/tests/lib/write-copies" 20 40000 7 >after.data
status_is 0 "recordings before and after" \
	"$PB" --inlines=false --diff before.data --input after.data -c got.folded
is "$(sed 's/.*;\(leaf .*\)/\1/' got.folded)" "leaf 3 7" "are both named"
like "$(cat err)" '^  compared with 3 samples of before.data$' "and counted in the summary"
"$PB" -q --input before.data -c before-data.folded
"$PB" -q --diff before.data --input before-data.folded -c got.folded
is "$(sed 's/.* \([0-9]* [0-9]*\)$/\1/' got.folded)" "3 3" "a recording and its stacks do not differ"
ok "before from standard input" sh -c \
	'"$1" -q --diff - --input after.folded -c from-pipe.folded <before.folded' sh "$PB"
same_file from-pipe.folded wanted.folded "is the same"
head -c 3000 /dev/urandom >noise
status_is 1 "before that is nothing" "$PB" -q --diff noise --input after.folded -c never.folded
like "$(cat err)" '^profile-bee: cannot read .*noise' "it is named"
is "$(find . -name 'never.*')" "" "and no output is left"

# ---- the table ----

COLUMNS=70 "$render" --file --before=file:4 --output=table:3 <after.folded 3>table.txt 4<before.folded
is "$(cat table.txt)" "    SELF  CHANGE   TOTAL  CHANGE   FUNCTION
  30.00%  +30.00   30.00%  +30.00   new_way
   0.00%  -30.00    0.00%  -30.00   old_way
  59.75%   -0.25~  59.75%   -0.25~  [k] sys_read
   0.25%   +0.25~  60.00%    0.00   run
  10.00%    0.00   10.00%    0.00   malloc
   0.00%    0.00  100.00%    0.00   main
   0.00%    0.00   40.00%    0.00   parse
2 functions of 7 have changed by more than chance; ~ is what chance explains
2000 samples, before 1000" "the table: shares, changes, and what chance explains"
"$render" --file --before=file:4 --output=table:3 --top=1 <after.folded 3>table.txt 4<before.folded
is "$(sed -n 3p table.txt)" "6 more functions" "nothing hides"
"$render" --file --before=file:4 --output=table:3 --ignore=. <after.folded 3>table.txt 4<before.folded
is "$(cat table.txt)" "No samples." "nothing on both sides"
compare -o d.report.txt
like "$(cat d.report.txt)" '^ *30.00%  \+30.00 .* new_way' "the report has the table"

# ---- conditions ----

# judged STATUS CONDITION...
judged()
{
	judged_status=$1
	shift
	for condition; do
		status_is "$judged_status" "--fail-if '$condition' gives $judged_status" \
			"$PB" -q --diff before.folded --input after.folded -c c.folded \
			--fail-if "$condition"
	done
}
judged 4 'self(/new_way/) > +2%' 'self(/_way/) >= +0%' 'self(/old_way/) < -29.9%' \
	'total(/parse/) >= 40%' 'self(/new_way/) > +2% p<0.01' 'self(/sys_read/) > 50%'
like "$(cat err)" '^profile-bee: --fail-if: self\(/sys_read/\) > 50%: it is 59.75 % and was 60.00 %, -0.25 ' \
	"the message has both shares"
is "$(wc -l <c.folded)" 5 "the output is written nevertheless"
judged 0 'self(/new_way/) > +30%' 'total(/parse/) > +0%' 'self(/^run$/) > +0.2% p<0.01' \
	'total(/nothing/) > 0%'
is "$(cat err)" "" "nothing is said then"
status_is 4 "one of several is enough" "$PB" -q --diff before.folded --input after.folded -c c.folded \
	--fail-if 'total(/nothing/) > 0%' --fail-if 'self(/^run$/) > +0.2%' --fail-if 'self(/x/) < 1%'
is "$(wc -l <err)" 2 "those that hold are told"
status_is 4 "a share needs no profile before" "$PB" -q --input after.folded -c c.folded \
	--fail-if 'self(/malloc/) > 5%'
"$PB" -q --input after.folded -c c.folded --fail-if 'self(/malloc/) > 5%' --summary-json s.json 2>err
like "$(cat s.json)" '"fail_if_held": 1' "the summary for machines has it"
like "$(cat s.json)" '"exit_status": 4' "and the status"
status_is 1 "without samples nothing can be judged" "$PB" -q --input after.folded -c c.folded \
	--ignore . --fail-if 'self(/malloc/) > 5%'
is "$(cat err)" "profile-bee: --fail-if: nothing can be judged: there are no samples
profile-bee: warning: no samples: filters left out all 2000" "it says so"

# ---- usage ----

refused()
{
	refused_regex=$1
	shift
	status_is 2 "[$*] is a usage error" "$PB" -q "$@"
	like "$(cat err)" "$refused_regex" "it says why"
	is "$(wc -l <err)" 1 "in one line"
}
refused "^profile-bee: --fail-if 'self\(/a/\) > \+2%': a number with a sign .* add --diff" \
	--input after.folded --fail-if 'self(/a/) > +2%'
refused "^profile-bee: --fail-if 'a > 1%': it does not begin with self\(/REGEX/\) or total\(/REGEX/\)$" \
	--input after.folded --fail-if 'a > 1%'
refused "^profile-bee: --fail-if 'self\(/\(/\) > 1%': missing closing parenthesis" \
	--input after.folded --fail-if 'self(/(/) > 1%'
refused '^profile-bee: --diff and --input cannot both read standard input$' --diff - --input -
refused '^profile-bee: --diff and the output x.pb.gz exclude each other: .* known for .* are .svg,' \
	--diff before.folded --input after.folded -o x.pb.gz
refused '^profile-bee: --diff: there is no output here' --diff before.folded -o x.perf.data
refused '^profile-bee: --diff: the file name is empty$' --diff '' --input after.folded
refused 'there is a profile to compare with already$' --diff a --diff b --input after.folded
is "$(find . -name 'x.*')" "" "no output is created"
status_is 1 "a file that is not there" "$PB" -q --diff missing --input after.folded -c never.folded
like "$(cat err)" '^profile-bee: cannot read missing: No such file or directory$' "is named"
cp before.folded keep.folded
status_is 1 "the profile before is no output" "$PB" -q --diff keep.folded --input after.folded \
	-c keep.folded
same_file keep.folded before.folded "and is left alone"
done_testing
