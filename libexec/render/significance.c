/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a difference is more than chance. */
#include "config.h"

#include "significance.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Terms of a tail that add less than this part of the sum are left out. */
#define NEGLIGIBLE 1e-12

/*
 * From this variance on the normal distribution is as good (to 1 % at six deviations) and takes no
 * longer for large counts.
 */
#define NORMAL_VARIANCE 1e4

/*
 * From so many samples on logarithms of factorials are no longer exact enough.  Where the variance
 * is small the hits are few then.
 */
#define BINOMIAL_SAMPLES 1e8

/* Of `all` samples `hits` are of the function; `drawn` of all are the later profile. */
struct deal {
	double all, hits, drawn;
};

static double log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* The probability that exactly x of the drawn are hits (hypergeometric). */
static double point(const struct deal *d, double x)
{
	double drawn = d->drawn / d->all;

	if (d->all > BINOMIAL_SAMPLES)
		return exp(log_choose(d->hits, x) + x * log(drawn) +
			   (d->hits - x) * log1p(-drawn));
	return exp(log_choose(d->hits, x) + log_choose(d->all - d->hits, d->drawn - x) -
		   log_choose(d->all, d->drawn));
}

/* That of x + 1, divided by that of x. */
static double ratio_up(const struct deal *d, double x)
{
	return (d->hits - x) * (d->drawn - x) /
	       ((x + 1) * (d->all - d->hits - d->drawn + x + 1));
}

/* That x or more are hits, where x is not below the mean: the terms fall from the first on. */
static double tail_up(const struct deal *d, double x)
{
	double most = fmin(d->hits, d->drawn), sum = 0, term = point(d, x);

	for (; x <= most && term > sum * NEGLIGIBLE; x++) {
		sum += term;
		term *= ratio_up(d, x);
	}
	return sum;
}

/* The same below: what is not drawn is dealt out likewise. */
static double tail_down(const struct deal *d, double x)
{
	struct deal rest = { d->all, d->hits, d->all - d->drawn };

	return tail_up(&rest, d->hits - x);
}

static double variance(const struct deal *d, double mean)
{
	return mean * (1 - d->drawn / d->all) * (d->all - d->hits) / (d->all - 1);
}

static double tail(const struct deal *d, double x)
{
	double mean = d->hits * (d->drawn / d->all), v = variance(d, mean);

	if (v > NORMAL_VARIANCE)
		return erfc(fmax(fabs(x - mean) - 0.5, 0) / sqrt(2 * v)) / 2;
	return x >= mean ? tail_up(d, x) : tail_down(d, x);
}

double significance_p(uint64_t before, uint64_t before_all, uint64_t after, uint64_t after_all)
{
	double all = (double)before_all + (double)after_all;
	double hits = (double)before + (double)after;
	/* Of hits and the rest the fewer: it is the same question. */
	bool is_rest = hits > all / 2;
	struct deal d = { all, is_rest ? all - hits : hits, (double)after_all };

	if (!before_all || !after_all)
		return 1;
	return fmin(1, 2 * tail(&d, is_rest ? (double)(after_all - after) : (double)after));
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

double significance_limit(double *p, size_t n)
{
	if (n)
		qsort(p, n, sizeof(*p), compare);
	for (size_t i = n; i > 0; i--)
		if (p[i - 1] <= SIGNIFICANCE_FALSE * (double)i / (double)n)
			return p[i - 1];
	return -1;
}
