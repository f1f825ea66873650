/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the SVG shows of a profile: its boxes, what a search finds, what the address keeps.
 *
 * A profile is the one that island.js reads, or its reverse; both have the same arrays in pre-order
 * with the end of each subtree, so that what cannot be seen is skipped.
 */
'use strict';

const RUN_LEAST_WIDTH = 0.1;
const SUFFIXES = ['', '_[k]', '_[j]', '_[i]', ''];
const KIND_NAMES = ['', 'kernel', 'JIT-compiled', 'inlined', ''];

// ---- frames ----

const kindOf = (p, i) => i ? p.kinds[p.frame[i]] & 7 : 4;
const nameOf = (p, i) => p.names[p.frame[i]];
const moduleOf = (p, i) => (i && p.module && p.module[p.frame[i]] ? p.modules[p.module[p.frame[i]] - 1] : '');
const labelOf = (p, i) => nameOf(p, i) + SUFFIXES[kindOf(p, i)];

// ---- the same samples, every stack from its leaf to its root ----

/*
 * Names are in order and so are their numbers: the stacks, ordered by their frames from the leaf on,
 * are the new tree in pre-order, and what two neighbours have in common is merged.
 */
function reversed(p) {
	const leaves = [], frames = [], self = [p.self[0]], up = [];
	const compare = (a, b) => {
		for (; a && b; a = p.parent[a], b = p.parent[b])
			if (p.frame[a] !== p.frame[b])
				return p.frame[a] - p.frame[b];
		return a ? 1 : b ? -1 : 0;
	};
	let before = 0;

	for (let i = 1; i < p.n; i++)
		if (p.self[i])
			leaves.push(i);
	leaves.sort(compare);
	for (const leaf of leaves) {
		let node = leaf, other = before, common = 0;

		for (; other && p.frame[node] === p.frame[other]; common++) {
			node = p.parent[node];
			other = p.parent[other];
		}
		for (let levels = before ? p.depth[before] - common : 0; node; node = p.parent[node]) {
			up.push(levels);
			frames.push(p.frame[node]);
			self.push(0);
			levels = 0;
		}
		self[self.length - 1] = p.self[leaf];
		before = leaf;
	}
	return treeOf(p, self, up, frames);
}

function treeOf(p, self, up, frames) {
	const n = self.length, q = {
		...p, n, self: Float64Array.from(self), up: Uint32Array.from(up), frame: new Uint32Array(n),
		depth: new Uint32Array(n), parent: new Uint32Array(n), end: new Uint32Array(n),
		start: new Float64Array(n), total: new Float64Array(n)
	};
	let next = 0;

	layOut(q, () => frames[next++]);
	return q;
}

// ---- what is seen: a node, and the range of samples [low, high) that fills the width ----

const viewOfNode = (p, node) => ({
	node, low: p.start[node], high: p.start[node] + p.total[node], focus: p.depth[node]
});
const viewOfRun = (p, run) => ({
	node: p.parent[run.node], low: run.low, high: run.high, focus: run.depth
});
const isWhole = (p, view) => view.low === 0 && view.high === p.total[0] && view.focus === 0;

/*
 * Boxes of a view in pre-order: {node, end, depth, low, high, x, width, run}.  A run stands for
 * neighbours under one parent that are thinner than leastWidth.
 */
function boxesOf(p, view, width, leastWidth) {
	const scale = width / (view.high - view.low), boxes = [];
	let run = null, i = 0;
	const endRun = () => {
		if (run && run.width >= RUN_LEAST_WIDTH)
			boxes.push(run);
		run = null;
	};

	while (i < p.n) {
		const low = p.start[i], high = low + p.total[i];

		if (high <= view.low || low >= view.high) {
			i = p.end[i];
			continue;
		}
		const x = (Math.max(low, view.low) - view.low) * scale;
		const w = (Math.min(high, view.high) - view.low) * scale - x;

		if (w >= leastWidth) {
			endRun();
			boxes.push({ node: i, end: p.end[i], depth: p.depth[i], low, high, x, width: w, run: false });
			i++;
			continue;
		}
		if (!run || run.end !== i || run.depth !== p.depth[i]) {
			endRun();
			run = { node: i, end: i, depth: p.depth[i], low, high, x, width: 0, run: true };
		}
		run.end = p.end[i];
		run.high = high;
		run.width = x + w - run.x;
		i = run.end;
	}
	endRun();
	return boxes;
}

// ---- search ----

function searchFor(p, text, ignoreCase) {
	const found = { text, ignoreCase, error: '', matched: null, before: null };

	if (!text)
		return null;
	try {
		const pattern = new RegExp(text, ignoreCase ? 'i' : '');

		found.matched = Uint8Array.from(p.names, name => pattern.test(name) ? 1 : 0);
	} catch (error) {
		found.error = error.message;
		return found;
	}
	found.matched[p.names.length - 1] = 0;
	found.before = new Uint32Array(p.n + 1);    // matching nodes before this one
	for (let i = 0; i < p.n; i++)
		found.before[i + 1] = found.before[i] + found.matched[p.frame[i]];
	found.all = outermostMatches(p, found, viewOfNode(p, 0)).samples;
	return found;
}

// Matches inside a match are not counted again.
function outermostMatches(p, found, view) {
	const nodes = [], first = view.node, stop = p.end[view.node];
	let samples = 0, i = first;

	while (i < stop) {
		const low = Math.max(p.start[i], view.low);
		const high = Math.min(p.start[i] + p.total[i], view.high);

		if (high <= low || found.before[p.end[i]] === found.before[i]) {
			i = p.end[i];
		} else if (found.matched[p.frame[i]] && p.depth[i] >= view.focus) {
			nodes.push(i);
			samples += high - low;
			i = p.end[i];
		} else {
			i++;
		}
	}
	return { nodes, samples };
}

/*
 * ---- state in the address: #z=path&r=range&s=search&i=1&v=icicle&t=reverse&c=name ----
 *
 * What is as the file has it at first is left out.
 */

function pathOf(p, node) {
	const path = [];

	for (; node; node = p.parent[node])
		path.push(encodeURIComponent(labelOf(p, node)));
	return path.reverse().join(';');
}

// The node that path leads to, or the last one on the way that exists.
function nodeAt(p, path) {
	let node = 0;

	for (const part of path ? path.split(';') : []) {
		const label = decodeURIComponent(part), stop = p.end[node];
		let child = node + 1;

		while (child < stop && labelOf(p, child) !== label)
			child = p.end[child];
		if (child >= stop)
			return node;
		node = child;
	}
	return node;
}

function hashOf(p, state, first) {
	const parts = [], { view, found } = state;

	if (!isWhole(p, view)) {
		parts.push('z=' + pathOf(p, view.node));
		if (view.focus > p.depth[view.node])
			parts.push(`r=${view.low - p.start[view.node]}-${view.high - p.start[view.node]}`);
	}
	if (found)
		parts.push('s=' + encodeURIComponent(found.text));
	if (state.ignoreCase)
		parts.push('i=1');
	if (state.icicle !== first.icicle)
		parts.push('v=' + (state.icicle ? 'icicle' : 'flame'));
	if (state.reverse !== first.reverse)
		parts.push('t=' + (state.reverse ? 'reverse' : 'calls'));
	if (state.colors !== first.colors)
		parts.push('c=' + state.colors);
	return '#' + parts.join('&');
}

// The part of the state that needs no profile.
function looksAt(fields, first) {
	const pick = (key, values, at) => (values.includes(fields.get(key)) ? fields.get(key) === values[0] : at);

	return {
		ignoreCase: fields.get('i') === '1',
		icicle: pick('v', ['icicle', 'flame'], first.icicle),
		reverse: pick('t', ['reverse', 'calls'], first.reverse),
		colors: PALETTES.includes(fields.get('c')) ? fields.get('c') : first.colors
	};
}

function viewAt(p, fields) {
	const node = nodeAt(p, fields.get('z')), view = viewOfNode(p, node);
	const range = /^(\d+)-(\d+)$/.exec(fields.get('r') || '');

	if (range && +range[1] < +range[2] && +range[2] <= p.total[node]) {
		view.high = view.low + +range[2];
		view.low += +range[1];
		view.focus++;
	}
	return view;
}

function fieldsOf(hash) {
	return new Map(hash.replace(/^#/, '').split('&').filter(part => part.includes('='))
		.map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}
