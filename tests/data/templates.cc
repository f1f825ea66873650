// SPDX-License-Identifier: GPL-2.0-or-later
// Keeps a C++ compiler busy with templates, some deep enough to recurse over 1,000 frames.  -DSTEPS=N
// is how much of it there is.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

template <int N> struct fib { static constexpr long value = fib<N - 1>::value + fib<N - 2>::value; };
template <> struct fib<1> { static constexpr long value = 1; };
template <> struct fib<0> { static constexpr long value = 0; };
template <int N> struct deep : deep<N - 1> { int at(int i) { return i == N ? i : deep<N - 1>::at(i) + N; } };
template <> struct deep<0> { int at(int i) { return i; } };
template <int N> int work(std::vector<int> &v)
{
	std::map<std::string, std::array<long, N + 1>> m;
	std::unordered_map<int, std::tuple<int, std::string, std::unique_ptr<deep<N>>>> u;
	std::variant<int, std::string, std::vector<int>> x = N;
	for (auto e : v) {
		m[std::to_string(e)][e % (N + 1)] += fib<N % 40 + 1>::value;
		u.emplace(e, std::make_tuple(e, std::to_string(e), std::make_unique<deep<N>>()));
	}
	std::sort(v.begin(), v.end(), [](int a, int b) { return (a ^ N) < (b ^ N); });
	std::function<int(int)> f = [&](int i) { return deep<N>().at(i) + std::get<0>(x) + int(m.size() + u.size()); };
	std::regex r("[a-z]+" + std::to_string(N));
	return f(N) + std::regex_match(std::to_string(v[0]), r);
}
template <int... I> int all(std::vector<int> &v, std::integer_sequence<int, I...>) { return (work<I * 8 + 1>(v) + ...); }
int main(int argc, char **argv)
{
	std::vector<int> v(argv[0], argv[0] + argc);
	return all(v, std::make_integer_sequence<int, STEPS>());
}
