/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known about the recording: where, how, what was lost, how the stacks ended. */
'use strict';

const nanoseconds = text => `${(Number(text) / 1e9).toFixed(3)} s`;
const dateOf = text => {
	const date = new Date(Number(text) / 1e6);

	return Number.isNaN(date.getTime()) ? text : date.toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
};
const bytesOf = text => `${(Number(text) / 1048576).toFixed(1)} MiB`;
const count = text => (/^\d+$/.test(text) ? grouped(Number(text)) : text);
const plain = text => text;

// Facts by subject: key, what it is called, how its value is written.
const FACTS = [
	['Recording', [
		['cmdline', 'Command line', plain], ['event', 'Event', plain], ['group', 'Control group', plain],
		['start_time', 'Started', dateOf], ['duration_ns', 'Duration', nanoseconds],
		['frequency', 'Frequency asked', text => `${text} Hz`],
		['achieved_hz', 'Frequency got', text => `${text} Hz`],
		['tick_hz', 'Tick of the kernel', text => `${text} Hz`],
		['period_ns', 'Period', text => `${count(text)} ns`],
		['sampler', 'Sampler', plain], ['unwind', 'Unwinding', plain],
		['sideband', 'Mappings and names by', plain], ['kernel_symbols', 'Kernel symbols', plain],
		['caution', 'Caution', plain], ['tick_stopped', 'CPUs with a stopped tick', plain]
	]],
	['Machine', [
		['hostname', 'Host', plain], ['release', 'Kernel', plain], ['cpus', 'CPUs', count]
	]],
	['Samples', [
		['samples_due', 'Due', count], ['samples', 'Recorded', count], ['samples_read', 'Read', count],
		['filtered', 'Of others, left out', count], ['idle_skipped', 'Idle, left out', count],
		['idle_unsampled', 'Idle, timer asleep', count], ['distinct_stacks', 'Different stacks', count]
	]],
	['Lost', [
		['lost_ring', 'The ring was full', count], ['lost_map', 'Count map and ring were full', count],
		['lost_busy', 'The sampler was busy', count], ['lost_nested', 'No memory for the walk', count],
		['lost_events', 'Mapping and name records', count]
	]],
	['How user stacks ended', [
		['verdict.root', 'Complete, to the outermost frame', count],
		['verdict.no_user', 'No user stack (kernel only)', count],
		['verdict.foreign', 'Walked by another profiler', count],
		['verdict.no_info', 'Cut: no unwind information', count],
		['verdict.pending', 'Cut: table not ready yet', count],
		['verdict.budget', 'Cut: no memory for the table', count],
		['verdict.unsupported', 'Cut: unsupported rule', count],
		['verdict.bad_cfa', 'Cut: rule led to no frame', count],
		['verdict.generated', 'Cut: generated code without frame pointer', count],
		['verdict.unmapped', 'Cut: in no known mapping', count],
		['verdict.bad_frame', 'Cut: frame pointer led nowhere', count],
		['verdict.depth', 'Cut: too deep', count], ['verdict.fault', 'Cut: stack not readable', count],
		['verdict.copy_ends', 'Cut: copied stack ends', count],
		['copies_complete', 'From copies, complete', count], ['copies_cut', 'From copies, cut', count],
		['copies_skipped', 'Copies above the limit', count]
	]],
	['Work', [
		['files', 'Files read', count], ['events', 'Mapping, name, fork and exit records', count],
		['unsymbolized_frames', 'Addresses without a symbol', count],
		['unwind_tables', 'Unwind tables', count], ['unwind_rows', 'Unwind rows', count],
		['unwind_table_bytes', 'Size of unwind tables', bytesOf]
	]]
];
const TOLD_ELSEWHERE = new Set(['title', 'subtitle', 'unit', 'incomplete', 'notes']);

function factList(rows) {
	const list = make('dl', {});

	for (const [name, value, key] of rows)
		list.append(make('dt', key ? { title: key } : {}, name), make('dd', {}, make('bdi', {}, value)));
	return list;
}

function factSection(title, rows) {
	return make('section', {}, make('h2', {}, title), factList(rows));
}

// Rows of [name, value, key], for facts with the prefix.
function knownRows(facts, entries, prefix) {
	return entries.filter(([key]) => facts.has(prefix + key) && facts.get(prefix + key) !== '')
		.map(([key, name, write]) => [name, write(facts.get(prefix + key)), prefix + key]);
}

function profileRows(p) {
	let stacks = 0;

	for (let i = 0; i < p.n; i++)
		stacks += p.self[i] > 0;
	return [
		[p.units[0].toUpperCase() + p.units.slice(1), grouped(p.total[0])],
		['Different stacks', grouped(stacks)],
		['Nodes of the tree', grouped(p.n - 1)],
		['Functions', grouped(functionsOf(p).used.length)]
	];
}

function fillAbout(host, p) {
	const { facts } = p, told = new Set(TOLD_ELSEWHERE), sections = [];

	if (facts.has('incomplete'))
		sections.push(make('p', { class: 'warning' }, 'Incomplete: ' + facts.get('incomplete')));
	if (facts.has('notes'))
		sections.push(make('p', { class: 'notes' }, facts.get('notes')));
	sections.push(factSection('This profile', profileRows(p)));
	for (const [title, entries] of FACTS) {
		const rows = knownRows(facts, entries, '');

		for (const row of rows)
			told.add(row[2]);
		if (rows.length)
			sections.push(factSection(title, rows));
	}
	if (p.before) {
		const rows = FACTS.flatMap(([, entries]) => knownRows(facts, entries, 'before_'));

		for (const row of rows)
			told.add(row[2]);
		sections.push(factSection('Compared with',
			[['Samples', grouped(p.sums.before)], ...rows]));
	}
	const rest = [...facts].filter(([key, value]) => !told.has(key) && value !== '');

	if (rest.length)
		sections.push(factSection('Everything else', rest.map(([key, value]) => [key, value])));
	host.replaceChildren(make('div', { class: 'columns' }, ...sections));
}

// ---- keys ----

const KEYS_HELP = [
	['Everywhere', [
		['1 2 3 4', 'flame graph, functions, tree, about'], ['/ or Ctrl-F', 'search by regular expression'],
		['n, N or F3, Shift-F3', 'next, previous match'], ['Ctrl-I', 'ignore case'],
		['v', 'root at the top or at the bottom'], ['r', 'reverse: stacks merged from their leaves on'], ['c', 'colour by the next way'],
		['g', 'group by the next way'], ['u', 'undo the last filter'], ['?', 'this help']
	]],
	['Flame graph', [
		['arrows', 'go from frame to frame'], ['Enter, click', 'zoom to the frame'],
		['Escape, Home', 'show everything'], ['Backspace', 'zoom out by one frame'],
		['w s a d', 'zoom in, out, move left, right'], ['Ctrl-wheel, drag', 'zoom, move'],
		['Menu, Shift-F10, right click', 'what can be done with the frame']
	]],
	['Functions and tree', [
		['up, down, Page, Home, End', 'go from row to row'], ['Enter', 'open'],
		['left, right', 'close and open a branch'], ['*', 'open the hot path']
	]]
];

function fillHelp(host) {
	for (const [title, keys] of KEYS_HELP)
		host.append(factSection(title, keys));
}
