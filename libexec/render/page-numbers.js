/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of the viewers, as people read them. */
'use strict';

const grouped = n => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
const countText = (n, one, more) => `${grouped(n)} ${n === 1 ? one : more}`;
const share = (part, all) => (all ? part / all : 0);

function percent(part, all) {
	return `${(share(part, all) * 100).toFixed(2)}%`;
}

// In points of the whole: a change of share needs no bigger base than everything.
function deltaText(change) {
	const text = (Math.abs(change) * 100).toFixed(2);

	return text === '0.00' ? '±0.00%' : `${change > 0 ? '+' : '−'}${text}%`;
}

/*
 * The change of share between two profiles, {change, isNoise}: a two-proportion z-test on the counts,
 * at 1 % of false alarms.
 */
function compareShares(after, before, sums) {
	const a = share(after, sums.after), b = share(before, sums.before);
	const both = (after + before) / (sums.after + sums.before || 1);
	const deviation = Math.sqrt(both * (1 - both) *
		(1 / Math.max(sums.after, 1) + 1 / Math.max(sums.before, 1)));

	return { change: a - b, isNoise: Math.abs(a - b) <= 2.576 * deviation };
}

// Bits of changed[], as in diff.h.
const CHANGED_TOTAL = 2;

// The same of a node, by what the profile says of it where it does.
function compareNode(p, node) {
	const compared = compareShares(p.total[node], p.beforeTotal[node], p.sums);

	return p.changed ? { ...compared, isNoise: !(p.changed[node] & CHANGED_TOTAL) } : compared;
}

// What is told of a node or of a function: lines of text, the name first.
function numbersOf(p, samples, self, before, shown, compared) {
	const lines = [`${countText(samples, p.unit, p.units)}, ${percent(samples, p.sums.after)}`];

	if (shown && shown < p.sums.after)
		lines[0] += ` of all, ${percent(samples, shown)} of what is shown`;
	if (self)
		lines.push(`self ${grouped(self)} (${percent(self, p.sums.after)})`);
	if (p.before) {
		const { change, isNoise } = compared || compareShares(samples, before, p.sums);

		lines.push(`before ${grouped(before)} (${percent(before, p.sums.before)}), ` +
			deltaText(change) + (isNoise ? ' within noise' : !samples ? ' vanished' : ''));
	}
	return lines;
}
