// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * C++ for tests of probes, which compile it with g++ -g -O1 -fno-inline:
 *
 *	probed-cxx N
 *
 * calls each of these N times, then prints "calls N":
 *	shop::Basket::add(int)                       shop::Basket::add(int, double)
 *	shop::Basket::operator()(int) const          shop::Basket::price() const, by a virtual call
 *	shop::Basket::~Basket()
 *	int shop::largest<int>(int, int)             double shop::largest<double>(double, double)
 *	std::vector<shop::Item, ...>::push_back(shop::Item const&), by add(int)
 *	(anonymous namespace)::hidden(int)
 */
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace shop {

struct Item {
	int number;
	double price;
};

struct Priced {
	virtual ~Priced() = default;
	virtual double price() const = 0;
};

struct Basket : Priced {
	std::vector<Item> items;

	~Basket() override;
	void add(int number);
	void add(int number, double price);
	int operator()(int number) const;
	double price() const override;
};

Basket::~Basket()
{
	items.clear();
}

void Basket::add(int number)
{
	const Item item = { number, 1 };

	items.push_back(item);
}

void Basket::add(int number, double price)
{
	items.back() = Item{ number, price };
}

int Basket::operator()(int number) const
{
	return number + static_cast<int>(items.size());
}

double Basket::price() const
{
	return items.back().price;
}

template <typename T> T largest(T a, T b)
{
	__asm__ volatile("");
	return a < b ? b : a;
}

template int largest<int>(int, int);
template double largest<double>(double, double);

}  // namespace shop

namespace {

__attribute__((noinline)) int hidden(int n)
{
	__asm__ volatile("" : "+r"(n));
	return n + 1;
}

}  // namespace

int main(int argc, char **argv)
{
	const int n = argc > 1 ? std::atoi(argv[1]) : 0;
	volatile double sum = 0;

	for (int i = 0; i < n; i++) {
		shop::Basket basket;
		const shop::Priced &priced = basket;

		basket.add(i);
		basket.add(i, 0.5);
		sum = sum + basket(i) + priced.price() + hidden(i);
		sum = sum + shop::largest(i, 7) + shop::largest(0.25, 0.5);
	}
	std::printf("calls %d\n", n);
	return 0;
}
