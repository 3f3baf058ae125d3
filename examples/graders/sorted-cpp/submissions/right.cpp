#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

int main(int, char **arguments)
{
    std::ifstream input(arguments[1]);
    if (!input)
        return 1;
    std::vector<std::string> lines;
    for (std::string line; std::getline(input, line);)
        lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    std::ofstream output(arguments[2]);
    for (const auto &line : lines)
        output << line << '\n';
}
