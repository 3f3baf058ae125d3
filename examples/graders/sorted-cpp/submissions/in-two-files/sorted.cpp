#include <algorithm>
#include <fstream>

#include "lines.hpp"

int main(int, char **arguments)
{
    std::ifstream input(arguments[1]);
    if (!input)
        return 1;
    auto lines = read_lines(input);
    std::sort(lines.begin(), lines.end());
    std::ofstream output(arguments[2]);
    for (const auto &line : lines)
        output << line << '\n';
}
