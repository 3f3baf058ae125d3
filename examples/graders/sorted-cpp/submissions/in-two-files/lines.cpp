#include "lines.hpp"

std::vector<std::string> read_lines(std::istream &input)
{
    std::vector<std::string> lines;
    for (std::string line; std::getline(input, line);)
        lines.push_back(line);
    return lines;
}
