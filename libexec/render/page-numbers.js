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

// ---- is a difference more than chance? (significance.h says by what right) ----

const SIGNIFICANCE_FALSE = 0.01, LEAST_SAMPLES = 10, NEGLIGIBLE = 1e-12;
const NORMAL_VARIANCE = 1e4, BINOMIAL_SAMPLES = 1e8;

// By Stirling's series; small ones are multiplied out.
function logFactorial(n) {
	if (n >= 16)
		return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) +
			1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
	let product = 1;

	for (let i = 2; i <= n; i++)
		product *= i;
	return Math.log(product);
}

const logChoose = (n, k) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/*
 * The probability that x or more of the drawn are hits, where that is not below the mean; terms of
 * the hypergeometric distribution fall from the first on.
 */
function tailOf(all, hits, drawn, x) {
	const share = drawn / all;
	let sum = 0, term = Math.exp(logChoose(hits, x) + (all > BINOMIAL_SAMPLES
		? x * Math.log(share) + (hits - x) * Math.log1p(-share)
		: logChoose(all - hits, drawn - x) - logChoose(all, drawn)));

	for (const most = Math.min(hits, drawn); x <= most && term > sum * NEGLIGIBLE; x++) {
		sum += term;
		term *= (hits - x) * (drawn - x) / ((x + 1) * (all - hits - drawn + x + 1));
	}
	return sum;
}

// The normal distribution beyond z deviations, to 1e-7 of it: Chebyshev's fit of erfc in W. H. Press
// and others, Numerical Recipes, 6.2.
function normalTail(z) {
	const t = 1 / (1 + z / Math.SQRT2 / 2);
	const fit = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
		1.48851587, -0.82215223, 0.17087277];

	return t * Math.exp(-z * z / 2 + fit.reduceRight((sum, c) => sum * t + c, 0)) / 2;
}

// Fisher's exact test, two-sided, as in significance.c.
function significance(after, before, sums) {
	const all = sums.after + sums.before;

	if (!sums.after || !sums.before)
		return 1;
	// Of hits and the rest the fewer: it is the same question.
	if (after + before > all / 2)
		[after, before] = [sums.after - after, sums.before - before];
	const hits = after + before, mean = hits * (sums.after / all);
	const variance = mean * (sums.before / all) * (all - hits) / (all - 1);

	if (variance > NORMAL_VARIANCE)
		return Math.min(1, 2 * normalTail(Math.max(Math.abs(after - mean) - 0.5, 0) / Math.sqrt(variance)));
	return Math.min(1, 2 * (after >= mean ? tailOf(all, hits, sums.after, after)
		: tailOf(all, hits, sums.before, before)));
}

// The limit of Benjamini and Hochberg for pairs of counts; -1: nothing is more than chance.
function significanceLimit(after, before, sums) {
	const found = [];

	for (let i = 0; i < after.length; i++)
		if (after[i] + before[i] >= LEAST_SAMPLES)
			found.push(significance(after[i], before[i], sums));
	found.sort((a, b) => a - b);
	for (let i = found.length; i > 0; i--)
		if (found[i - 1] <= SIGNIFICANCE_FALSE * i / found.length)
			return found[i - 1];
	return -1;
}

/*
 * The change of share between two profiles, {change, isNoise}.  The limit is that of the comparison's
 * family; sums.limit is that of the tree.
 */
function compareShares(after, before, sums, limit = sums.limit) {
	return {
		change: share(after, sums.after) - share(before, sums.before),
		isNoise: after + before < LEAST_SAMPLES || significance(after, before, sums) > limit
	};
}

// Bits of changed[], as in diff.h.
const CHANGED_TOTAL = 2;

// The same of a node, by what the profile says of it where it does.
function compareNode(p, node) {
	if (!p.changed)
		return compareShares(p.total[node], p.beforeTotal[node], p.sums);
	return {
		change: share(p.total[node], p.sums.after) - share(p.beforeTotal[node], p.sums.before),
		isNoise: !(p.changed[node] & CHANGED_TOTAL)
	};
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
