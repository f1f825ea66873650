/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The profile in our SVG and HTML, as island.h tells its layout, for the viewers.
 *
 * Nodes are arrays in pre-order: frame, depth, parent, end (of the subtree), start, total, self.
 */
'use strict';

function sectionsOf(bytes) {
	const sections = [];
	let at = 0;

	while (at < bytes.length) {
		let length = 0, factor = 1, byte;

		do {
			byte = bytes[at++];
			length += (byte & 127) * factor;
			factor *= 128;
		} while (byte & 128);
		sections.push(bytes.subarray(at, at + length));
		at += length;
	}
	return sections;
}

// All varints of a section; samples may need more than 32 bits.
function varints(bytes, into) {
	let n = 0;

	for (let at = 0; at < bytes.length; n++) {
		let byte = bytes[at++], value = byte & 127, factor = 128;

		while (byte & 128) {
			byte = bytes[at++];
			value += (byte & 127) * factor;
			factor *= 128;
		}
		into[n] = value;
	}
	return into;
}

function countVarints(bytes) {
	let n = 0;

	for (let at = 0; at < bytes.length; at++)
		n += bytes[at] < 128;
	return n;
}

const textOf = bytes => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

// As in text.c: controls, what changes the direction or the lines of text, and no characters at all.
const UNSAFE = new RegExp('[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e' +
	'\\u2066-\\u2069\\ufeff\\p{Noncharacter_Code_Point}]', 'gu');

function cleanName(line) {
	const name = line.includes('\\')
		? line.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c === 't' ? '\t' : c)) : line;

	return name.replace(UNSAFE, '\ufffd') || '[unknown]';
}

// The text behind the last newline is not a line.
function linesOf(bytes) {
	const lines = textOf(bytes).split('\n');

	lines.pop();
	return lines;
}

const namesOf = bytes => linesOf(bytes).map(cleanName);

// A function that gives the name of the next node from that of its caller.
function readCallees(p, bytes) {
	const lists = new Array(p.names.length);
	const refs = varints(bytes, new Uint32Array(countVarints(bytes)));
	let at = 0;

	return caller => {
		const list = lists[caller] || (lists[caller] = []);
		const nth = refs[at++];

		if (nth)
			return list[nth - 1];
		list.push(refs[at++]);
		return list[list.length - 1];
	};
}

// Whose samples end where: parallel arrays sampleNode, sampleLabel, sampleCount.
function readLabels(p, labels, samples) {
	const numbers = varints(samples, new Float64Array(countVarints(samples))), n = numbers.length / 3;

	p.labels = linesOf(labels).map(line => {
		const [pid, tid, cpu, process, comm] = line.split('\t');

		return { pid, tid, cpu, process: process && cleanName(process), comm: comm && cleanName(comm) };
	});
	Object.assign(p, { sampleNode: new Uint32Array(n), sampleLabel: new Uint32Array(n),
		sampleCount: new Float64Array(n) });
	for (let i = 0, node = 0; i < n; i++) {
		node += numbers[3 * i];
		p.sampleNode[i] = node;
		p.sampleLabel[i] = numbers[3 * i + 1];
		p.sampleCount[i] = numbers[3 * i + 2];
	}
}

function decode(bytes) {
	const [facts, names, kinds, up, callee, self, modules, module, before,
	       labels, samples, changed] = sectionsOf(bytes);
	const n = countVarints(self);
	const p = {
		n, facts: new Map(), names: namesOf(names), kinds,
		self: varints(self, new Float64Array(n)), up: varints(up, new Uint32Array(n)),
		frame: new Uint32Array(n), depth: new Uint32Array(n), parent: new Uint32Array(n),
		end: new Uint32Array(n), start: new Float64Array(n), total: new Float64Array(n),
		modules: modules && modules.length ? namesOf(modules) : [],
		module: module && module.length ? varints(module, new Uint32Array(kinds.length)) : null,
		before: before && before.length ? varints(before, new Float64Array(n)) : null,
		changed: changed && changed.length ? changed : null
	};

	for (const line of textOf(facts).split('\n')) {
		const space = line.indexOf(' ');
		// What render says itself comes first.
		if (space > 0 && !p.facts.has(line.slice(0, space)))
			p.facts.set(line.slice(0, space), line.slice(space + 1));
	}
	if (samples && samples.length)
		readLabels(p, labels, samples);
	p.units = p.facts.get('unit') || 'samples';
	p.unit = ['hits', 'samples'].includes(p.units) ? p.units.slice(0, -1) : p.units;
	p.names.push('all');    // the root
	layOut(p, readCallees(p, callee));
	return p;
}

// A node's own samples are to the right of its children.
function layOut(p, nextCallee) {
	let cursor = 0, node = 0;
	const leave = end => {
		cursor += p.self[node];
		p.total[node] = cursor - p.start[node];
		p.end[node] = end;
		node = p.parent[node];
	};

	p.frame[0] = p.names.length - 1;
	for (let i = 1; i < p.n; i++) {
		for (let up = p.up[i - 1]; up > 0; up--)
			leave(i);
		p.parent[i] = node;
		p.depth[i] = p.depth[node] + 1;
		p.start[i] = cursor;
		p.frame[i] = nextCallee(p.frame[node]);
		node = i;
	}
	while (node)
		leave(p.n);
	leave(p.n);
}

// The profile in the text of an island.
async function readIsland(text) {
	const packed = atob(text.replace(/\s+/g, ''));
	const bytes = new Uint8Array(packed.length);

	for (let i = 0; i < bytes.length; i++)
		bytes[i] = packed.charCodeAt(i);
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
	return decode(new Uint8Array(await new Response(stream).arrayBuffer()));
}
