#include <fstream>
#include <stdexcept>

int main(int, char **arguments)
{
    std::ifstream input(arguments[1]);
    if (!input)
        throw std::runtime_error("cannot read the file");
    std::ofstream(arguments[2]) << input.rdbuf();
}
