#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What we write as pprof is a message of the schema to protoc, too.
. "${0%/*}/../lib/tap.sh"
need_cmd protoc

"$top_builddir/tests/lib/write-pprof" >message
protoc -I "$top_srcdir/src/lib" --decode=perftools.profiles.Profile profile.proto <message >text
ok "protoc decodes the message" test -s text

# has LINE: the decoded text has this line, indentation apart.
has()
{
	sed 's/^ *//' text | grep -qxF -- "$1"
}

for line in 'location_id: 1' 'value: 5' 'value: 50505050' 'num: 4242' 'memory_start: 4194304' \
	'has_inline_frames: true' 'address: 4198964' 'string_table: "_Z5outeri"' \
	'string_table: "bad \357\277\275 byte"' 'string_table: "frequency 99"' \
	'time_nanos: 1234' 'duration_nanos: 5678' 'period: 10101010'; do
	ok "it has $line" has "$line"
done
unlike "$(cat text)" '^ *[0-9]+[: {]' "every field is known to the schema"
done_testing
