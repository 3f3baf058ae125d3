#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

int main(int, char **arguments)
{
    std::ifstream input(arguments[1]);
    std::vector<std::string> lines;
    for (std::string line; std::getline(input, line);)
        lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    for (const auto &line : lines)
        std::cout << line << '\n';
    return input.eof() ? 0 : 1;
}
